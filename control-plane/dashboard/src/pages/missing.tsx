import {Link} from '../router';
import {Page} from '../ui/parts';
import {words} from '../words';

export function Missing() {
  return (
    <Page title={words.missing.title} intro={words.missing.text}>
      <p><Link to="/" className="button">{words.missing.home}</Link></p>
    </Page>
  );
}
