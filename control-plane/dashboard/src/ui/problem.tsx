import {Problem} from '../api/client';
import {words} from '../words';

const DETAILED = new Set(['invalid_request', 'unprocessable', 'conflict', 'plan_limit_reached', 'role_missing', 'sign_in_failed']);
const FOR_OPERATORS = new Set(['internal_error', 'store_unavailable', 'overloaded']);

/** A problem in clear sentences: what happened, what to do, and where a request id helps, that. */
export function sentences(problem: Problem): string[] {
  const all = [words.errors[problem.code] ?? words.errors.internal_error ?? ''];
  if (DETAILED.has(problem.code) && problem.detail !== '' && !isUsual(problem)) {
    all[problem.code === 'sign_in_failed' || problem.code === 'role_missing' ? 0 : all.length] = problem.detail;
  }
  if (problem.retryAfterSeconds !== null) {
    all.push(words.wait(problem.retryAfterSeconds));
  }
  return all;
}

/** The detail that stands for the code itself says less than our own sentence. */
function isUsual(problem: Problem): boolean {
  return /^(Address, password or code is wrong|A parameter, header or body|Well-formed, but|Something changed|The plan of the workspace|The person is a member)/.test(problem.detail);
}

export function ProblemNote({problem}: {problem: Problem}) {
  return (
    <div className="notice bad" role="alert">
      {sentences(problem).map(sentence => <p key={sentence}>{sentence}</p>)}
      {FOR_OPERATORS.has(problem.code) && problem.requestId && <p className="small"><code>{words.requestId(problem.requestId)}</code></p>}
    </div>
  );
}

/** What a promise was rejected with, as a problem. */
export function asProblem(failure: unknown): Problem {
  return failure instanceof Problem ? failure : new Problem(0, 'internal_error', '', '', null);
}
