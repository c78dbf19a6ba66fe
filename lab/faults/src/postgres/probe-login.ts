import { randomBytes } from 'node:crypto';
import type { FaultGround } from '../ground.ts';
import { look } from './lab-session.ts';

const user = 'lab_ordinary';

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** A login without privileges, as the service's are: the superuser's has connections kept for it. It dies with the run. */
export async function ordinaryLogin(ground: FaultGround): Promise<Login> {
  const password = randomBytes(18).toString('hex');
  await look(ground, (admin) =>
    admin.query(`
      DO $$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${user}') THEN CREATE ROLE ${user} LOGIN; END IF;
        ALTER ROLE ${user} PASSWORD '${password}';
      END $$`),
  );
  return { user, password };
}
