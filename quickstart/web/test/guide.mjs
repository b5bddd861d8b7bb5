// Follows docs/guides/first-connection.md as it stands there, from the launcher to Ctrl-C, with the page in a real Chromium and the commands in
// a shell. The first line of standard input says where things are; what is seen is written as one JSON object on a line. Meant to be run where
// there is no network: it says first what ways out there are.
import {spawn, execFile} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {promisify} from 'node:util';
import {launch, say, told} from './walk.mjs';

const run = promisify(execFile);
const guide = readFileSync(told.guide, 'utf8');
const steps = [...guide.matchAll(/<!-- guide step: ([a-z-]+) -->\n```sh\n(.*?)```/gs)].map(([, name, command]) => ({name, command}));

const routes = readFileSync('/proc/net/route', 'utf8').trim().split('\n').slice(1);
const interfaces = readFileSync('/proc/net/dev', 'utf8').trim().split('\n').slice(2).map(line => line.trim().split(':')[0]);
say({routes: routes.length, interfaces});

const began = performance.now();
const seconds = () => Math.round(performance.now() - began) / 1000;
const demo = spawn(told.launcher, ['demo'], {stdio: ['ignore', 'pipe', 'inherit']});
const ended = new Promise(resolve => demo.on('exit', resolve));
let terminal = '';
const runs = new Promise((resolve, reject) => {
  demo.stdout.on('data', bytes => {
    terminal += bytes;
    if (terminal.includes('Ctrl-C')) {
      resolve();
    }
  });
  void ended.then(code => reject(new Error(`the demonstration ended with ${code}: ${terminal}`)));
});
const browser = await launch();
try {
  await runs;
  say({started: seconds()});
  await connect(terminal.match(/Begin here[^\n]*\n\s*(http:\S+)/)[1]);
  await commands();
} finally {
  await browser.close();
  demo.kill('SIGINT');
}
await ended;
const keyFile = terminal.match(/cat (\S+\/api-key)/)[1];
say({left: existsSync(keyFile), end: true});
process.exit(0);

/** Section 2: the page, as Ada. */
async function connect(sample) {
  const context = await browser.newContext({viewport: {width: 1200, height: 800}, locale: 'en-GB'});
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const picture = (of, name) => of.screenshot({path: `${told.screenshots}/guide-${name}.png`});
  await page.goto(sample);
  const button = (on, name) => on.getByRole('button', {name, exact: true});
  await picture(page, '1-welcome');
  await page.getByRole('button', {name: 'Ada Okafor'}).click();
  const [popup] = await Promise.all([context.waitForEvent('page'), button(page, 'Connect Sandbox').click()]);
  await button(popup, 'Continue to Sandbox').waitFor();
  await picture(popup, '2-connect-page');
  await button(popup, 'Continue to Sandbox').click();
  await button(popup, 'Allow').waitFor();
  await picture(popup, '3-consent');
  await button(popup, 'Allow').click();
  await button(page, 'Import issues').click();
  await page.getByText('3 new tasks.').waitFor();
  say({called: seconds()});
  await picture(page, '4-imported');
  await button(page, 'Let two hours pass').click();
  await button(page, 'Import issues').click();
  await page.getByText('Access token no. 2, good for').waitFor();
  await page.goto(sample + '/record');
  await page.getByRole('heading', {name: 'You connected an account'}).first().waitFor();
  await picture(page, '5-record');
}

/** Section 3: one shell, in which the lines of the terminal and then those of the guide are typed. */
async function commands() {
  let typed = terminal.split('\n').map(line => line.trim()).filter(line => /^(AUTHPIPE|API_KEY)=/.test(line)).join('\n') + '\n';
  for (const {name, command} of steps) {
    const assignment = /^[A-Z_]+=/.test(command);
    const {stdout} = await run('sh', ['-c', typed + command]);
    if (assignment) {
      const variable = command.match(/^[A-Z_]+/)[0];
      const {stdout: value} = await run('sh', ['-c', `${typed}${command}\nprintf %s "$${variable}"`]);
      typed += `${variable}='${value}'\n`; // a shell keeps what it found, whatever has become of it since
    }
    say({step: name, answer: stdout});
  }
  const {stdout} = await run('sh', ['-c', typed + steps.find(({name}) => name === 'call').command]);
  say({step: 'call-after', answer: stdout, after: seconds()});
}
