-- Files that shops send to the object store: what was announced, what became of it, and who works on it.

CREATE TABLE uploads (
  tenant_id       uuid NOT NULL REFERENCES tenants (id),
  id              uuid NOT NULL,
  kind            text NOT NULL CHECK (kind IN ('image', 'video')),
  status          text NOT NULL DEFAULT 'pending'
                  CHECK (status IN ('pending', 'uploaded', 'scanning', 'ready', 'rejected', 'failed')),
  -- Why it was rejected or has failed.
  reason          text,
  -- Announced at first; of the content itself once it is ready.
  content_type    text NOT NULL CHECK (content_type IN ('image/jpeg', 'image/png', 'image/webp', 'video/mp4')),
  bytes           bigint NOT NULL CHECK (bytes > 0),
  announced_sha256 text CHECK (announced_sha256 ~ '^[0-9a-f]{64}$'),
  -- Of the store, when the file comes in parts.
  multipart_id    text,
  -- Until then the store takes the file.
  expires_at      timestamptz(3) NOT NULL,
  -- Of the object as it was when it was confirmed.
  etag            text,
  confirmed_at    timestamptz(3),
  -- When a worker may take it: right after it was confirmed, after a pause, or when whoever has it has fallen silent.
  due_at          timestamptz(3),
  -- Who has it, or had it last. The objects that are served lie under this name.
  claim           uuid,
  -- Attempts that failed and count, and claims in a row of whose end nobody told.
  attempts        integer NOT NULL DEFAULT 0,
  silent_claims   integer NOT NULL DEFAULT 0,
  sha256          text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  width           integer,
  height          integer,
  variants        jsonb NOT NULL DEFAULT '[]',
  settled_at      timestamptz(3),
  request_id      text NOT NULL,
  -- Milliseconds, as cursors carry them.
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  updated_at      timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  CHECK (status NOT IN ('uploaded', 'scanning') OR (etag IS NOT NULL AND confirmed_at IS NOT NULL AND due_at IS NOT NULL)),
  -- Nothing is ready whose content was not read to its end by whoever set it ready.
  CHECK (status <> 'ready' OR (confirmed_at IS NOT NULL AND claim IS NOT NULL AND sha256 IS NOT NULL)),
  CHECK ((status IN ('rejected', 'failed')) = (reason IS NOT NULL)),
  CHECK ((status IN ('ready', 'rejected', 'failed')) = (settled_at IS NOT NULL))
);

CREATE INDEX uploads_by_time ON uploads (tenant_id, created_at DESC, id DESC);
CREATE INDEX uploads_due ON uploads (due_at) WHERE status IN ('uploaded', 'scanning');
-- How much of one tenant is in hand.
CREATE INDEX uploads_in_hand ON uploads (tenant_id, due_at) WHERE status = 'scanning';
CREATE INDEX uploads_expiring ON uploads (expires_at) WHERE status = 'pending';
CREATE INDEX uploads_given_up ON uploads (settled_at) WHERE status IN ('rejected', 'failed');

ALTER TABLE uploads ENABLE ROW LEVEL SECURITY;
ALTER TABLE uploads FORCE ROW LEVEL SECURITY;
CREATE POLICY uploads_of_tenant ON uploads
  USING (tenant_id = current_tenant_id()) WITH CHECK (tenant_id = current_tenant_id());

-- Workers take uploads and clear up after them without knowing whose there are. They see those that wait for something,
-- take those that are due, and forget those that came to nothing; what is ready is for its tenant alone.
CREATE POLICY uploads_seen_by_workers ON uploads FOR SELECT USING (is_across_tenants() AND status <> 'ready');
CREATE POLICY uploads_taken_by_workers ON uploads FOR UPDATE
  USING (is_across_tenants() AND status IN ('uploaded', 'scanning'))
  WITH CHECK (is_across_tenants() AND status = 'scanning');
CREATE POLICY uploads_forgotten_by_workers ON uploads FOR DELETE
  USING (is_across_tenants() AND status IN ('rejected', 'failed'));

GRANT SELECT, INSERT, DELETE ON uploads TO shelfwise_app;
GRANT UPDATE (status, reason, content_type, multipart_id, etag, confirmed_at, due_at, claim, attempts, silent_claims,
  sha256, width, height, variants, settled_at, updated_at) ON uploads TO shelfwise_app;
