import type { ManagementAnswer } from './management-decisions.ts'

const reasons = { 403: 'Forbidden', 404: 'Not Found', 405: 'Not Allowed', 413: 'Request Entity Too Large' } as const

/** What the web server in front of a central server says by itself: a page, which is no XML. */
export function webServerPage(status: keyof typeof reasons): ManagementAnswer {
  const title = `${status} ${reasons[status]}`
  const lines = [
    '<html>',
    `<head><title>${title}</title></head>`,
    '<body>',
    `<center><h1>${title}</h1></center>`,
    '<hr><center>nginx</center>',
    '</body>',
    '</html>',
    '',
  ]
  const close = status === 413 ? { Connection: 'close' } : {}
  return { status, headers: { Server: 'nginx', 'Content-Type': 'text/html', ...close }, body: lines.join('\r\n') }
}
