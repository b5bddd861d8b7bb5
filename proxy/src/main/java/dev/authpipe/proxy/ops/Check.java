package dev.authpipe.proxy.ops;

import java.util.Locale;

/**
 * Everything that {@code doctor} looks at, by a code that never changes, with what mends it. In the order of its output and of
 * docs/operations.md, whose table is generated from it.
 */
enum Check {
  // @formatter:off
  SETTINGS(Area.SETTINGS, "The settings file can be read, has no unknown key, and its settings fit together.", "correct the setting that the sentence names, and look again"),
  MODE(Area.SETTINGS, "The deployment is in earnest.", "leave out mode, and mend what then stops the start"),
  WORKSPACES(Area.SETTINGS, "Workspaces and integrations of the file are valid.", "correct the line that the sentence names"),
  STALE_LIMIT(Area.SETTINGS, "How long cached rows are served while PostgreSQL cannot confirm them (S31).", "lower cache.stale_limit"),

  SETTINGS_FILE(Area.FILES, "Nobody else may write the settings.", "chmod go-w"),
  SECRET_FILES(Area.FILES, "Nobody else may read a file that holds a secret or a key.", "chmod o-rwx, and g-w"),
  DATA_DIRECTORY(Area.FILES, "The data directory can be written, by nobody else.", "let the proxy's user own it, with mode 700"),
  ENVIRONMENT(Area.FILES, "No secret stands in the environment, whose listing others may read.", "mount it as a file and name that in the settings"),

  LISTENERS(Area.LISTENERS, "Each address is ours to listen on, and the API listener is not open to everybody.", "free the address or choose another one; bind the API listener to an address inside"),
  LISTENER_CERTIFICATE(Area.LISTENERS, "The certificate has its key, is good for 21 days more, and is for the host of listeners.connect.public_url.", "put a new certificate in its place: it is in force within configuration.reload_interval"),

  STORE(Area.STORES, "The store answers its application role.", "look at the URL, the role, its password and pg_hba.conf"),
  STORE_VERSION(Area.STORES, "PostgreSQL is 16 or later.", "upgrade PostgreSQL"),
  STORE_SCHEMA(Area.STORES, "The store has the schema of this version.", "run: authpipe migrate"),
  STORE_TLS(Area.STORES, "The connection to the store is encrypted, and the server verified (S90).", "put sslmode=verify-full, sslrootcert, sslcert and sslkey into the URL, and hostssl … clientcert=verify-full into pg_hba.conf"),
  STORE_CERTIFICATE(Area.STORES, "The client certificate for the store is good for 21 days more.", "put a new one in its place: new connections have it"),
  STORE_ROLES(Area.STORES, "Neither role passes row-level security, and the application role owns nothing.", "as superuser: alter role … nosuperuser nobypassrls; and take the application role out of the owner role"),
  STORE_ROW_SECURITY(Area.STORES, "Row-level security is forced on every table of workspaces (S34).", "as the owner: alter table … enable row level security, force row level security"),
  STORE_AUDIT(Area.STORES, "The application role adds to the audit log and changes nothing in it (S44).", "as the owner: revoke update, delete, truncate on audit_event from the application role"),
  STORE_APART(Area.STORES, "A role of one store cannot connect to the other.", "as superuser: revoke connect on database … from the role, and from public"),
  STORE_NOTIFICATIONS(Area.STORES, "Changes by other replicas are heard of (S31): LISTEN has a direct connection, past any pooler.", "set notification_url to the address of PostgreSQL itself"),
  STANDBY(Area.STORES, "A synchronous standby has every commit before it is acknowledged.", "set synchronous_standby_names; until then keep the rescue journal on a volume that lasts"),

  KEK(Area.KEYS, "Each KEK wraps and unwraps.", "mend access to the key (docs/keks.md)"),
  KEK_RIGHTS(Area.KEYS, "The proxy may do no more with a KEK than it needs.", "narrow the policy to the one in docs/keks.md"),
  KEK_FILE(Area.KEYS, "No KEK is a file: whoever copies it and the databases has everything.", "give it a kind (docs/keks.md) and move workspaces by authpipe kek change"),
  KEK_CHOICE(Area.KEYS, "Workspaces are under the KEK that the settings say.", "run: authpipe kek change"),
  KEYSETS(Area.KEYS, "Every keyset is bound to its workspace and its KEK, and is under the one of its workspace.", "see docs/keks.md, \"After an upgrade\""),
  KEYSET_ROTATION(Area.KEYS, "A rotation of keysets that was begun ends within two days.", "run: authpipe dek status, which says what keeps it"),

  CLOCK(Area.CLOCK, "The clock agrees with those of the databases.", "synchronise the clocks of all hosts (NTP)"),

  LAUNCH_HEAP_DUMPS(Area.LAUNCH, "A process that runs out of memory writes none of it down (S64).", "start with -XX:-HeapDumpOnOutOfMemoryError"),
  LAUNCH_ATTACH(Area.LAUNCH, "Nobody attaches to the process (S64).", "start with -XX:+DisableAttachMechanism"),
  LAUNCH_CORE_FILES(Area.LAUNCH, "A process that crashes leaves no core file (S64).", "ulimit -c 0, or LimitCORE=0 in the unit"),
  LAUNCH_AGENTS(Area.LAUNCH, "No debugger, agent or remote console reads the memory.", "take the option out of AUTHPIPE_JAVA_OPTIONS and JAVA_TOOL_OPTIONS"),

  JOURNAL(Area.JOURNAL, "There is a rescue journal, on a volume that lasts, which nobody else may read.", "set refresh.journal_directory to a directory of this replica's own, on a volume that outlives it, with mode 700"),

  WITNESS(Area.AUDIT, "Somebody outside the database holds the head of the audit log (S41).", "set audit.checkpoint_directory to a place that whoever writes to the database cannot reach, or enrol at a control plane"),

  BACKUP_AGE(Area.BACKUP, "There is a backup that is not too old.", "set backup.directory to a directory on a volume apart from the databases"),

  TRUST(Area.CONTROL_PLANE, "The control plane is not trusted with everything (S70).", "set control_plane.trust to none"),
  ENROLMENT(Area.CONTROL_PLANE, "The proxy is enrolled, and the control plane's key pinned.", "run: authpipe enrol"),
  APPROVALS(Area.CONTROL_PLANE, "Nothing waits for approval.", "run: authpipe approve"),
  REPORTS(Area.CONTROL_PLANE, "No report was lost.", "look why the control plane was not reached for so long"),

  PROVIDER_TLS(Area.WORKSPACES, "Providers are spoken to with TLS 1.3; a file that records an exception is named.", "ask the provider for TLS 1.3, and take the exception out of its file"),
  CLIENT_SECRET(Area.WORKSPACES, "Each integration that needs a client secret has one.", "run: authpipe secret set"),
  CLIENT_KEY(Area.WORKSPACES, "Each integration that needs a client key has one.", "run: authpipe secret key make"),
  ROTATION(Area.WORKSPACES, "No secret is to be replaced within 30 days.", "replace it (authpipe secret set, or ask whose key it is)"),
  WEBHOOKS(Area.WORKSPACES, "Events reach the applications.", "look at the endpoint: authpipe webhook list");
  // @formatter:on

  /** What is looked at together. */
  enum Area {
    SETTINGS("Settings"),
    FILES("Files"),
    LISTENERS("Listeners"),
    STORES("PostgreSQL"),
    KEYS("Keys"),
    CLOCK("Clock"),
    LAUNCH("Launch options"),
    JOURNAL("Rescue journal"),
    AUDIT("Audit log"),
    BACKUP("Backup"),
    CONTROL_PLANE("Control plane"),
    WORKSPACES("Workspaces");

    private final String title;

    Area(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  private final Area area;
  private final String meaning;
  private final String fix;
  private final String code = name().toLowerCase(Locale.ROOT);

  Check(Area area, String meaning, String fix) {
    this.area = area;
    this.meaning = meaning;
    this.fix = fix;
  }

  String code() {
    return code;
  }

  Area area() {
    return area;
  }

  /** What holds where all is well. */
  String meaning() {
    return meaning;
  }

  /** What to do where it does not. */
  String fix() {
    return fix;
  }
}
