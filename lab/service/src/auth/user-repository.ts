import type { Role, TenantContext } from '../platform/request-context.ts';
import type { TenantDatabase } from '../platform/tenant-transaction.ts';

export interface User {
  readonly id: string;
  readonly role: Role;
  readonly passwordHash: string;
}

export interface UserRepository {
  findByEmail(context: TenantContext, email: string): Promise<User | undefined>;
}

export function createUserRepository(database: TenantDatabase): UserRepository {
  return {
    findByEmail: (context, email) =>
      database.read(context, async (tx) => {
        const [user] = await tx.query<User>(
          'SELECT id, role, password_hash AS "passwordHash" FROM users WHERE email = $1',
          [email],
        );
        return user;
      }),
  };
}
