// Checks a key, puts a credential in its place and passes the call on: what a team writes in an afternoon.
import https from 'node:https';
import axios from 'axios';
import express from 'express';

const { KEY, PORT, PROVIDER } = process.env;
const provider = axios.create({
  baseURL: PROVIDER,
  httpsAgent: new https.Agent({ keepAlive: true, maxSockets: 256 }),
  responseType: 'arraybuffer',
  validateStatus: () => true,
});
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use(async (request, response) => {
  if (request.headers.authorization !== `Bearer ${KEY}`) {
    response.status(401).end();
    return;
  }
  const answer = await provider.get(request.url, { headers: { authorization: 'Bearer provider-credential' } });
  response.status(answer.status).type(answer.headers['content-type']).send(answer.data);
});
app.listen(Number(PORT), '127.0.0.1');
