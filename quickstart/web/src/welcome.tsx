import {initials} from './application';

const PEOPLE = [['user_ada', 'Ada Okafor'], ['user_bruno', 'Bruno Lind']] as const;

export function Welcome({signIn}: {signIn(person: string): void}) {
  return (
    <section className="welcome">
      <h1>Your tasks, from everywhere</h1>
      <p className="lead">Tasklight gathers what you have to do from the places where it is written down.</p>
      <p className="hint" id="pick">Sign in as one of our two pretend users:</p>
      <div className="people" role="group" aria-labelledby="pick">
        {PEOPLE.map(([id, name]) => (
          <button key={id} type="button" className="person" onClick={() => signIn(id)}>
            <span className="avatar" aria-hidden="true">{initials(name)}</span>{name}
          </button>
        ))}
      </div>
    </section>
  );
}
