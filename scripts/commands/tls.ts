import { isIP } from 'node:net'
import { Command, InvalidArgumentError } from 'commander'
import { urlHost } from '../../fixtures/url-host.ts'
import { UsageError } from '../../fixtures/usage-error.ts'
import { probeTls } from '../../suites/tls/probe-tls.ts'
import type { TlsEndpoint } from '../../suites/tls/tls-endpoint.ts'
import { TlsProbeFailure, type TlsProbeFailureReason } from '../../suites/tls/tls-probe-failure.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { printTlsReport } from '../print-tls-report.ts'
import { wholeNumber } from '../whole-number.ts'

interface Options {
  readonly json?: true
  readonly timeout: number
  readonly serverName?: string
}

interface Surroundings {
  readonly write?: (text: string) => void
  readonly warn?: (text: string) => void
  /** Ends the process although a name server still keeps the system's resolver waiting. */
  readonly leave?: () => void
}

/** `roadworthy tls`: tell what any TLS server negotiates. */
export function tlsCommand(surroundings: Surroundings = {}): Command {
  const { write = (text) => process.stdout.write(text), warn = (text) => process.stderr.write(text) } = surroundings
  const { leave = () => process.exit() } = surroundings
  return new Command('tls')
    .description('tell which TLS versions, cipher suites, groups and certificates a server negotiates')
    .argument('<host:port>', 'where the server listens: name or address, and port; an IPv6 address stands in brackets')
    .option('-s, --server-name <name>', 'name to ask for (SNI); by default the host, unless it is an address', readName)
    .option('-t, --timeout <milliseconds>', 'time for everything together', wholeNumber(1, 3_600_000), 10_000)
    .option('--json', 'print one line of JSON for programs')
    .addHelpText(
      'after',
      `
Examples:
  roadworthy tls ss1.example.org:443              a security server, as information systems see it
  roadworthy tls 127.0.0.1:8443 --json            the same for programs
  roadworthy tls 10.0.0.5:443 -s ss1.example.org  by address, asking for a name

Every suite that is registered and every version from SSL 2.0 to TLS 1.3 is offered, byte by byte, whatever the OpenSSL
of this machine can still speak. No handshake is finished, so nothing is logged in to, and what TLS 1.3 encrypts (its
certificates, and whether it asks for one) stays unseen. Names are IANA's.

Exit codes: 0 the server was probed to the end, 2 a mistake in the command line, 3 it could not be (one sentence on
standard error says why).`,
    )
    .action(async (where: string, options: Options) => {
      process.exitCode = await probe(parseEndpoint(where), options, { write, warn, leave })
    })
}

async function probe(
  endpoint: TlsEndpoint,
  { json, timeout, serverName }: Options,
  { write, warn, leave }: Required<Surroundings>,
): Promise<ExitCode> {
  try {
    const report = await probeTls(endpoint, { timeout, ...(serverName === undefined ? {} : { serverName }) })
    write(json === true ? `${JSON.stringify(report)}\n` : printTlsReport(report))
    return exitCodes.conforms
  } catch (error) {
    if (!(error instanceof TlsProbeFailure)) throw error
    const { reason, detail } = error
    const message = explain(endpoint, error, timeout)
    if (json === true) write(`${JSON.stringify({ ...endpoint, failure: { reason, detail, message } })}\n`)
    warn(`${message}\n`)
    process.exitCode = exitCodes.nothingJudged
    if (reason === 'unresolved' && detail === 'ETIMEDOUT') leave()
    return exitCodes.nothingJudged
  }
}

function explain({ host, port }: TlsEndpoint, { reason, detail }: TlsProbeFailure, timeout: number): string {
  const where = `${urlHost(host)}:${port}`
  const sentences: Readonly<Record<TlsProbeFailureReason, string>> = {
    unresolved:
      detail === 'ETIMEDOUT'
        ? `${host} was not resolved within ${timeout} ms; check the name server, or write an address`
        : `${host} has no address (${detail}); check the name, or write an address`,
    unreachable:
      detail === 'ECONNREFUSED'
        ? `nothing listens at ${where}: the connection is refused; check the port, and that the server runs`
        : `${where} cannot be reached (${detail}); check address, port and firewall`,
    silent: `${where} takes the connection and says nothing to a TLS hello within ${timeout} ms; it may wait for another protocol`,
    slow: `${where} said only ${detail} within ${timeout} ms and no whole answer; give it more time with --timeout`,
    http: `${where} speaks HTTP without TLS; name its HTTPS port`,
    garbage: `${where} does not speak TLS: its answer to a hello begins with ${detail}`,
    closed: `${where} closes the connection at every TLS hello without a word; check that this port speaks TLS`,
    lost: `${where} answered and then took no more connections (${detail}); it may limit how many one client makes`,
    unfinished: `${where} speaks TLS, but not all was known after ${timeout} ms and ${detail}; give it more time with --timeout`,
  }
  return sentences[reason]
}

function parseEndpoint(text: string): TlsEndpoint {
  const [, bracketed, plain, digits] = /^(?:\[([^[\]]+)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || (bracketed !== undefined && isIP(bracketed) !== 6)) {
    throw new UsageError(`"${text}" is not a host and a port; write it like ss1.example.org:443 or [::1]:443`)
  }
  if (port < 1 || port > 65_535) {
    throw new UsageError(`${digits} in "${text}" is no port; write one from 1 to 65535`)
  }
  return { host, port }
}

function readName(text: string): string {
  if (/^[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})$/.test(text) && isIP(text) === 0) return text
  throw new InvalidArgumentError('write a host name in ASCII, such as ss1.example.org')
}
