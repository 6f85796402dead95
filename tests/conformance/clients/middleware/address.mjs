// The address of the client: `/mw/address`. PROXIES=1 says that the server trusts 127.0.0.1.

import { check } from '../check.mjs';
import { ask } from './ask.mjs';

export async function run(base) {
  const trusts = Boolean(process.env.PROXIES);
  const address = async (fields, from) => (await ask(base, 'GET', '/mw/address', fields, { from })).json().address;
  const xff = (...values) => values.map((value) => ['x-forwarded-for', value]);
  const forwarded = (...values) => values.map((value) => ['forwarded', value]);
  const cases = [
    [[], '127.0.0.1'],
    [xff('192.0.2.1'), '192.0.2.1'],
    [xff('198.51.100.1, 192.0.2.1'), '192.0.2.1'],
    [xff('192.0.2.1, 127.0.0.1'), '192.0.2.1'],
    [xff('192.0.2.1', '127.0.0.1'), '192.0.2.1'],
    [xff('127.0.0.1, 127.0.0.1'), '127.0.0.1'],
    [xff('192.0.2.1:4711'), '192.0.2.1'],
    [xff('2001:db8::1'), '2001:db8::1'],
    [xff('[2001:db8::1]:4711'), '2001:db8::1'],
    [xff('192.0.2.1, unknown'), '127.0.0.1'],
    [xff('192.0.2.1, _x, 127.0.0.1'), '127.0.0.1'],
    [xff('rubbish'), '127.0.0.1'],
    [forwarded('for=192.0.2.1'), '192.0.2.1'],
    [forwarded('For="[2001:db8::1]:4711";proto=https, for=127.0.0.1'), '2001:db8::1'],
    [forwarded('for=198.51.100.1', 'for=192.0.2.1;by=x'), '192.0.2.1'],
    [forwarded('for=_hidden, for=127.0.0.1'), '127.0.0.1'],
    [forwarded('for="198.51.100.1, for=192.0.2.1'), '192.0.2.1'],
    [xff('192.0.2.1', '198.51.100.1', '127.0.0.1, 127.0.0.1'), '198.51.100.1'],
    [xff('192.0.2.1,,', ' '), '192.0.2.1'],
    [xff('192.0.2.1 ,\t127.0.0.1'), '192.0.2.1'],
    [xff(''), '127.0.0.1'],
    [xff(','), '127.0.0.1'],
    [xff('127.0.0.2'), '127.0.0.2'],
    [xff('192.0.2.1, 127.0.0.2, 127.0.0.1'), '127.0.0.2'],
    [xff('192.0.2.1, 127.0.0.1:80'), '192.0.2.1'],
    [xff('192.0.2.1, 999.1.1.1, 127.0.0.1'), '127.0.0.1'],
    [xff('192.0.2.1, 192.0.2'), '127.0.0.1'],
    [xff('192.0.2.1, 192.0.2.1.1'), '127.0.0.1'],
    [xff('192.0.2.1, localhost'), '127.0.0.1'],
    [xff('192.0.2.1;198.51.100.1'), '127.0.0.1'],
    [xff('[2001:db8::1]'), '2001:db8::1'],
    [xff('192.0.2.1, [2001:db8::1'), '127.0.0.1'],
    [xff('2001:DB8::A'), '2001:db8::a'],
    [xff('::1'), '::1'],
    [forwarded('FOR=192.0.2.1'), '192.0.2.1'],
    [forwarded('for="192.0.2.1:4711"'), '192.0.2.1'],
    [forwarded('proto=https;by=203.0.113.43;for=192.0.2.1'), '192.0.2.1'],
    [forwarded('for=192.0.2.1;host="a,b;c"'), '192.0.2.1'],
    [forwarded('for=192.0.2.1;by="\\"x, for=198.51.100.1", for=127.0.0.1'), '192.0.2.1'],
    [forwarded('for="[2001:db8::1]"'), '2001:db8::1'],
    [forwarded('for=192.0.2.1, for=unknown'), '127.0.0.1'],
    [forwarded('for=192.0.2.1, for="_gazonk", for=127.0.0.1'), '127.0.0.1'],
    [forwarded('for=192.0.2.1, by=127.0.0.1'), '127.0.0.1'],
    [forwarded('for=192.0.2.1, rubbish'), '127.0.0.1'],
    [forwarded('for=192.0.2.1, for=198.51.100.1', 'for=127.0.0.1, for="127.0.0.1:80"'), '198.51.100.1'],
    [forwarded('for=127.0.0.1, for=127.0.0.1'), '127.0.0.1'],
    [forwarded(''), '127.0.0.1'],
    [forwarded('by=192.0.2.1'), '127.0.0.1'],
    [[['x-forwarded', '192.0.2.1'], ['true-client-ip', '192.0.2.1'], ['client-ip', '192.0.2.1'], ['via', '1.1 192.0.2.1']], '127.0.0.1'],
    [[['x-real-ip', '192.0.2.1'], ['cf-connecting-ip', '192.0.2.1']], '127.0.0.1'],
  ];
  for (const [fields, expected] of cases) {
    const name = JSON.stringify(fields);
    check(`${name} from 127.0.0.1`, await address(fields, '127.0.0.1'), trusts ? expected : '127.0.0.1');
    check(`${name} from 127.0.0.2`, await address(fields, '127.0.0.2'), '127.0.0.2');
  }
}
