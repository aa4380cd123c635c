PRAGMA journal_mode = WAL;
BEGIN;
PRAGMA application_id = 1145851461;
PRAGMA user_version = 3;
CREATE TABLE manifest (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    body TEXT NOT NULL,        -- JSON [[start, end], ...]
    title TEXT, source TEXT, url TEXT, published TEXT,
    tags TEXT NOT NULL,        -- JSON [str, ...]
    extra TEXT NOT NULL        -- JSON object
);
CREATE INDEX articles_published ON articles (published);
CREATE TABLE origins (
    name TEXT PRIMARY KEY,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    sha256 TEXT NOT NULL, encoding TEXT NOT NULL,
    repairs TEXT NOT NULL      -- JSON [str, ...]
);
CREATE INDEX origins_article ON origins (article);
CREATE TABLE files (name TEXT PRIMARY KEY, state TEXT NOT NULL);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,                          -- never used twice: the vector index relies on it
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    sentences TEXT NOT NULL    -- JSON [[start, end], ...]
);
CREATE TABLE vectors (
    chunk INTEGER PRIMARY KEY REFERENCES chunks ON DELETE CASCADE,
    vector BLOB NOT NULL       -- float16, little endian, unit length
);
CREATE VIRTUAL TABLE words USING fts5(title, text, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TABLE seals (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    facts INTEGER NOT NULL,    -- checksum of body and metadata; the text has its id
    chunks INTEGER NOT NULL    -- checksum of chunks and vectors
);
CREATE TABLE origin_seals (
    origin TEXT PRIMARY KEY REFERENCES origins ON DELETE CASCADE, checksum INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_named ON articles (source, title, published, id);
CREATE INDEX articles_size ON articles (length(text));
CREATE INDEX chunks_place ON chunks (article, start, "end");
DELETE FROM sqlite_sequence;
INSERT INTO manifest VALUES ('chunker', '1 nupunkt-0.8.0 budget-128 overlap-0');
INSERT INTO manifest VALUES ('embedder', 'fake@1');
INSERT INTO manifest VALUES ('embedder_name', 'fake');
INSERT INTO manifest VALUES ('index', 'aee360034d0632db');
INSERT INTO manifest VALUES ('index_stamp', '74b2d000ab199507');
INSERT INTO manifest VALUES ('indexed_revision', '2');
INSERT INTO manifest VALUES ('revision', '2');
INSERT INTO manifest VALUES ('sealed', 'from the beginning');
INSERT INTO articles VALUES (1, '267281402c243f95', 'FERRY LINE REOPENS
HARWICK, March 3, 2024 (Coast Wire) - The ferry between Harwick and Lenn Island reopened on Monday after eleven weeks.

The operator said that two of three piers had been rebuilt.
', '[[57,198]]', 'FERRY LINE REOPENS', 'Coast Wire', NULL, NULL, '[]', '{"dateline": "HARWICK"}');
INSERT INTO articles VALUES (2, 'bbdb14be794ed73c', 'The flood warning for the river Lenn was lifted on Thursday.

Water levels fell by two metres.', '[[0,94]]', 'Flood warning lifted', 'Lenn Post', 'https://news.example/flood', '2024-02-01', '[]', '{}');
INSERT INTO articles VALUES (3, 'ca3c6aedc5d10ea4', 'COUNCIL DELAYS VOTE
HARWICK, March 9, 2024 (Coast Wire) - The council put off its vote on the harbour budget until May.

Mayor Ines Aldridge said the figures were not ready. "We will not vote on guesses," she said.
', '[[58,214]]', 'COUNCIL DELAYS VOTE', 'Coast Wire', NULL, NULL, '[]', '{"dateline": "HARWICK"}');
INSERT INTO origins VALUES ('/articles/ferry.txt', 1, '267281402c243f956cecf93661539cb9ea774147887a81ab71bbc86ff46718bd', 'utf-8', '[]');
INSERT INTO origins VALUES ('/articles/posts.jsonl#https://news.example/flood', 2, '8ee3623b67d8cd625f151fcc750d0d017ac1b711d14fcda813acb998a1b5ad15', 'utf-8', '[]');
INSERT INTO origins VALUES ('/articles/vote.txt', 3, 'ca3c6aedc5d10ea43590f85eed7bcf0468f6399e81b7c5a9a973911b8aa97aef', 'utf-8', '[]');
INSERT INTO files VALUES ('/articles/ferry.txt', '2:267281402c243f956cecf93661539cb9ea774147887a81ab71bbc86ff46718bd');
INSERT INTO files VALUES ('/articles/posts.jsonl', '2:5d3231ee50565b6c9a122730f0212513bf4e99a787dd7c65fb7caf41524406b6');
INSERT INTO files VALUES ('/articles/vote.txt', '2:ca3c6aedc5d10ea43590f85eed7bcf0468f6399e81b7c5a9a973911b8aa97aef');
INSERT INTO chunks VALUES (1, 1, 57, 198, '[[57,137],[139,198]]');
INSERT INTO chunks VALUES (2, 2, 0, 94, '[[0,60],[62,94]]');
INSERT INTO chunks VALUES (3, 3, 58, 214, '[[58,119],[121,173],[174,214]]');
INSERT INTO sqlite_sequence VALUES ('chunks', 3);
INSERT INTO sqlite_sequence VALUES ('chunks', 3);
INSERT INTO sqlite_sequence VALUES ('chunks', 3);
INSERT INTO vectors VALUES (1, X'C708C708C708C708C708AB30AB30AB30C708C708C708AB30C708C708AB30C708AB30C708C708C708C708C708AB30AB30C708C708AB30C708C708C708C708C708AB30C708AB30AB30C708C708C708C708AB34AB38C708AB30C708C708C708C708C708C708C708AB30C708C708C708C708AB34AB34C708AB34C708C708C708AB30');
INSERT INTO vectors VALUES (2, X'89098909890989098909890989098909890989098909693569358909890969316931890989098909890969318909693169358909890989098909890989090E3889098909890989098909890989096931890989096931890989098909890989098909890989098909890989096931890969316935890989098909693189096931');
INSERT INTO vectors VALUES (3, X'3A083A083A083A083A083A083A083A083A083A0822303A083A083A083A083A083A0822303A083A083A083A083A083A083A083A083A083A08223422303A08223022343A083A083A08223022343A083A083A083A08223432362230223022343A083A083A0822303A0822343A083A082230223432363A08223422303A083A083A08');
INSERT INTO words (rowid, title, text) VALUES (1, 'FERRY LINE REOPENS', 'The ferry between Harwick and Lenn Island reopened on Monday after eleven weeks.

The operator said that two of three piers had been rebuilt.');
INSERT INTO words (rowid, title, text) VALUES (2, 'Flood warning lifted', 'The flood warning for the river Lenn was lifted on Thursday.

Water levels fell by two metres.');
INSERT INTO words (rowid, title, text) VALUES (3, 'COUNCIL DELAYS VOTE', 'The council put off its vote on the harbour budget until May.

Mayor Ines Aldridge said the figures were not ready. "We will not vote on guesses," she said.');
INSERT INTO seals VALUES (1, 250659669, 2136659409);
INSERT INTO seals VALUES (2, 880167231, 2254916159);
INSERT INTO seals VALUES (3, 266415882, 3846332349);
INSERT INTO origin_seals VALUES ('/articles/ferry.txt', 265646034);
INSERT INTO origin_seals VALUES ('/articles/posts.jsonl#https://news.example/flood', 3460641367);
INSERT INTO origin_seals VALUES ('/articles/vote.txt', 3856047900);
COMMIT;
