BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0008');
CREATE TABLE allocation (
	id TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	"key" TEXT, 
	url TEXT, 
	scope TEXT, 
	source_created_at BIGINT, 
	source_updated_at BIGINT, 
	first_seen_at BIGINT NOT NULL, 
	deleted_at BIGINT, 
	lost_access_at BIGINT, 
	content_hash TEXT NOT NULL, 
	fields TEXT DEFAULT '{}' NOT NULL, 
	project_ref TEXT, 
	source_project_id TEXT, 
	project_id TEXT, 
	person_ref TEXT, 
	person_id TEXT, 
	first_day DATE NOT NULL, 
	last_day DATE, 
	weekly_effort BIGINT, 
	percent BIGINT, 
	CONSTRAINT pk_allocation PRIMARY KEY (id)
);
INSERT INTO "allocation" VALUES('id „é“ ''x''','connector „é“ ''x''','external_id „é“ ''x''','key „é“ ''x''','url „é“ ''x''','scope „é“ ''x''',1795609815250,1795609815250,1795609815250,1795609815250,1795609815250,'content_hash „é“ ''x''','fields „é“ ''x''','project_ref „é“ ''x''','source_project_id „é“ ''x''','project_id „é“ ''x''','person_ref „é“ ''x''','person_id „é“ ''x''','2026-02-28','2026-02-28',7,1234);
CREATE TABLE assigned_value (
	entity_id TEXT NOT NULL, 
	field TEXT NOT NULL, 
	value TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_assigned_value PRIMARY KEY (entity_id, field)
);
INSERT INTO "assigned_value" VALUES('entity_id „é“ ''x''','field „é“ ''x''','value „é“ ''x''',1795609815250);
CREATE TABLE change (
	id INTEGER NOT NULL, 
	entity TEXT NOT NULL, 
	entity_id TEXT NOT NULL, 
	field TEXT NOT NULL, 
	old TEXT, 
	new TEXT, 
	at BIGINT NOT NULL, 
	actor TEXT, 
	how_known TEXT NOT NULL, 
	by_hub BOOLEAN DEFAULT '0' NOT NULL, 
	run_id TEXT NOT NULL, connector TEXT, change_id TEXT, earliest BIGINT, latest BIGINT, 
	CONSTRAINT pk_change PRIMARY KEY (id)
);
INSERT INTO "change" VALUES(7,'entity „é“ ''x''','entity_id „é“ ''x''','field „é“ ''x''','old „é“ ''x''','new „é“ ''x''',1795609815250,'actor „é“ ''x''','how_known „é“ ''x''',1,'run_id „é“ ''x''','connector „é“ ''x''','change_id „é“ ''x''',1795609815250,1795609815250);
CREATE TABLE compliance_day (
	day DATE NOT NULL, 
	department_id TEXT NOT NULL, 
	rule_id TEXT NOT NULL, 
	passes INTEGER NOT NULL, 
	deviates INTEGER NOT NULL, 
	unknown INTEGER NOT NULL, 
	open INTEGER NOT NULL, 
	CONSTRAINT pk_compliance_day PRIMARY KEY (day, department_id, rule_id)
);
INSERT INTO "compliance_day" VALUES('2026-02-28','department_id „é“ ''x''','rule_id „é“ ''x''',7,7,7,7);
CREATE TABLE connector (
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	department_id TEXT NOT NULL, 
	fingerprint TEXT, 
	cursor TEXT, 
	provides TEXT DEFAULT '{}' NOT NULL, 
	fresh_for INTEGER, 
	last_success_at BIGINT, 
	retired_at BIGINT, census_at BIGINT, precondition TEXT, credential_expires_at BIGINT, account TEXT, reports TEXT DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_connector PRIMARY KEY (id)
);
INSERT INTO "connector" VALUES('id „é“ ''x''','kind „é“ ''x''','department_id „é“ ''x''','fingerprint „é“ ''x''','cursor „é“ ''x''','provides „é“ ''x''',7,1795609815250,1795609815250,1795609815250,'precondition „é“ ''x''',1795609815250,'account „é“ ''x''','reports „é“ ''x''');
CREATE TABLE department (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	timezone TEXT NOT NULL, 
	holidays TEXT, 
	CONSTRAINT pk_department PRIMARY KEY (id)
);
INSERT INTO "department" VALUES('id „é“ ''x''','name „é“ ''x''','mode „é“ ''x''','timezone „é“ ''x''','holidays „é“ ''x''');
CREATE TABLE dependency (
	id TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	"key" TEXT, 
	url TEXT, 
	scope TEXT, 
	source_created_at BIGINT, 
	source_updated_at BIGINT, 
	first_seen_at BIGINT NOT NULL, 
	deleted_at BIGINT, 
	lost_access_at BIGINT, 
	content_hash TEXT NOT NULL, 
	fields TEXT DEFAULT '{}' NOT NULL, 
	predecessor_ref TEXT NOT NULL, 
	predecessor_id TEXT, 
	successor_ref TEXT NOT NULL, 
	successor_id TEXT, 
	type TEXT NOT NULL, 
	lag INTEGER NOT NULL, 
	CONSTRAINT pk_dependency PRIMARY KEY (id)
);
INSERT INTO "dependency" VALUES('id „é“ ''x''','connector „é“ ''x''','external_id „é“ ''x''','key „é“ ''x''','url „é“ ''x''','scope „é“ ''x''',1795609815250,1795609815250,1795609815250,1795609815250,1795609815250,'content_hash „é“ ''x''','fields „é“ ''x''','predecessor_ref „é“ ''x''','predecessor_id „é“ ''x''','successor_ref „é“ ''x''','successor_id „é“ ''x''','type „é“ ''x''',7);
CREATE TABLE deviation (
	number INTEGER NOT NULL, 
	rule_id TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	subject_id TEXT NOT NULL, 
	discriminator TEXT DEFAULT '' NOT NULL, 
	project_id TEXT, 
	department_id TEXT, 
	connector TEXT, 
	severity TEXT NOT NULL, 
	state TEXT NOT NULL, 
	close_reason TEXT, 
	legacy BOOLEAN DEFAULT '0' NOT NULL, 
	unverified BOOLEAN DEFAULT '0' NOT NULL, 
	acknowledged_until DATE, 
	limb TEXT DEFAULT '' NOT NULL, 
	item_count INTEGER DEFAULT '1' NOT NULL, 
	message TEXT NOT NULL, 
	evidence TEXT DEFAULT '{}' NOT NULL, 
	rule_version TEXT NOT NULL, 
	mode TEXT, 
	first_seen_at BIGINT NOT NULL, 
	opened_at BIGINT NOT NULL, 
	closed_at BIGINT, 
	reopened INTEGER DEFAULT '0' NOT NULL, 
	due_on DATE, 
	dismissed_by TEXT, 
	dismissed_reason TEXT, 
	CONSTRAINT pk_deviation PRIMARY KEY (number), 
	CONSTRAINT uq_deviation_rule_id_subject_id_discriminator UNIQUE (rule_id, subject_id, discriminator)
);
INSERT INTO "deviation" VALUES(7,'rule_id „é“ ''x''','subject „é“ ''x''','subject_id „é“ ''x''','discriminator „é“ ''x''','project_id „é“ ''x''','department_id „é“ ''x''','connector „é“ ''x''','severity „é“ ''x''','state „é“ ''x''','close_reason „é“ ''x''',1,1,'2026-02-28','limb „é“ ''x''',7,'message „é“ ''x''','evidence „é“ ''x''','rule_version „é“ ''x''','mode „é“ ''x''',1795609815250,1795609815250,1795609815250,7,'2026-02-28','dismissed_by „é“ ''x''','dismissed_reason „é“ ''x''');
CREATE TABLE evaluation (
	id TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	standards TEXT NOT NULL, 
	basis TEXT DEFAULT '' NOT NULL, 
	opened INTEGER NOT NULL, 
	reopened INTEGER NOT NULL, 
	closed INTEGER NOT NULL, 
	open INTEGER NOT NULL, 
	CONSTRAINT pk_evaluation PRIMARY KEY (id)
);
INSERT INTO "evaluation" VALUES('id „é“ ''x''',1795609815250,'standards „é“ ''x''','basis „é“ ''x''',7,7,7,7);
CREATE TABLE field_value (
	entity_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	text TEXT, 
	number BIGINT, 
	date DATE, 
	instant BIGINT, 
	CONSTRAINT pk_field_value PRIMARY KEY (entity_id, name)
);
INSERT INTO "field_value" VALUES('entity_id „é“ ''x''','name „é“ ''x''','text „é“ ''x''',12345678,'2026-02-28',1795609815250);
CREATE TABLE further_project (
	task_id TEXT NOT NULL, 
	project_ref TEXT NOT NULL, 
	source_project_id TEXT, 
	CONSTRAINT pk_further_project PRIMARY KEY (task_id, project_ref)
);
INSERT INTO "further_project" VALUES('task_id „é“ ''x''','project_ref „é“ ''x''','source_project_id „é“ ''x''');
CREATE TABLE hold (
	run_id TEXT NOT NULL, 
	since BIGINT NOT NULL, 
	problem TEXT NOT NULL, 
	released_at BIGINT, 
	released_by TEXT, 
	CONSTRAINT pk_hold PRIMARY KEY (run_id)
);
INSERT INTO "hold" VALUES('run_id „é“ ''x''',1795609815250,'problem „é“ ''x''',1795609815250,'released_by „é“ ''x''');
CREATE TABLE identity (
	entity TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	scheme TEXT NOT NULL, 
	value TEXT NOT NULL, 
	entity_id TEXT NOT NULL, 
	valid_from BIGINT NOT NULL, 
	valid_to BIGINT, 
	CONSTRAINT pk_identity PRIMARY KEY (entity, connector, scheme, value, entity_id)
);
INSERT INTO "identity" VALUES('entity „é“ ''x''','connector „é“ ''x''','scheme „é“ ''x''','value „é“ ''x''','entity_id „é“ ''x''',1795609815250,1795609815250);
CREATE TABLE item_verdict (
	project_id TEXT NOT NULL, 
	bundle TEXT NOT NULL, 
	item_id TEXT NOT NULL, 
	verdicts TEXT NOT NULL, 
	CONSTRAINT pk_item_verdict PRIMARY KEY (project_id, bundle, item_id)
)
 WITHOUT ROWID

;
INSERT INTO "item_verdict" VALUES('project_id „é“ ''x''','bundle „é“ ''x''','item_id „é“ ''x''','verdicts „é“ ''x''');
CREATE TABLE lease (
	name TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	token BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	CONSTRAINT pk_lease PRIMARY KEY (name)
);
INSERT INTO "lease" VALUES('name „é“ ''x''','holder „é“ ''x''',7,1795609815250);
CREATE TABLE leave (
	id TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	"key" TEXT, 
	url TEXT, 
	scope TEXT, 
	source_created_at BIGINT, 
	source_updated_at BIGINT, 
	first_seen_at BIGINT NOT NULL, 
	deleted_at BIGINT, 
	lost_access_at BIGINT, 
	content_hash TEXT NOT NULL, 
	fields TEXT DEFAULT '{}' NOT NULL, 
	person_ref TEXT, 
	person_id TEXT, 
	first_day DATE NOT NULL, 
	last_day DATE, 
	CONSTRAINT pk_leave PRIMARY KEY (id)
);
INSERT INTO "leave" VALUES('id „é“ ''x''','connector „é“ ''x''','external_id „é“ ''x''','key „é“ ''x''','url „é“ ''x''','scope „é“ ''x''',1795609815250,1795609815250,1795609815250,1795609815250,1795609815250,'content_hash „é“ ''x''','fields „é“ ''x''','person_ref „é“ ''x''','person_id „é“ ''x''','2026-02-28','2026-02-28');
CREATE TABLE link (
	id TEXT NOT NULL, 
	entity TEXT NOT NULL, 
	from_id TEXT NOT NULL, 
	to_id TEXT NOT NULL, 
	basis TEXT NOT NULL, 
	state TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	reason TEXT, 
	at BIGINT NOT NULL, 
	undone_at BIGINT, 
	CONSTRAINT pk_link PRIMARY KEY (id)
);
INSERT INTO "link" VALUES('id „é“ ''x''','entity „é“ ''x''','from_id „é“ ''x''','to_id „é“ ''x''','basis „é“ ''x''','state „é“ ''x''','actor „é“ ''x''','reason „é“ ''x''',1795609815250,1795609815250);
CREATE TABLE person (
	id TEXT NOT NULL, 
	name TEXT, 
	email TEXT, 
	active TEXT NOT NULL, 
	weekly_capacity BIGINT, 
	capacity_from DATE, 
	cost_rate BIGINT, 
	cost_rate_currency TEXT, 
	cost_rate_from DATE, 
	first_seen_at BIGINT NOT NULL, 
	deleted_at BIGINT, 
	merged_into TEXT, 
	content_hash TEXT NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (id)
);
INSERT INTO "person" VALUES('id „é“ ''x''','name „é“ ''x''','email „é“ ''x''','active „é“ ''x''',7,'2026-02-28',12345678,'cost_rate_currency „é“ ''x''','2026-02-28',1795609815250,1795609815250,'merged_into „é“ ''x''','content_hash „é“ ''x''');
CREATE TABLE "plan" (
	id TEXT NOT NULL, 
	hash TEXT NOT NULL, 
	made_at BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	problems TEXT DEFAULT '[]' NOT NULL, 
	CONSTRAINT pk_plan PRIMARY KEY (id)
);
INSERT INTO "plan" VALUES('id „é“ ''x''','hash „é“ ''x''',1795609815250,'actor „é“ ''x''','problems „é“ ''x''');
CREATE TABLE project (
	id TEXT NOT NULL, 
	pmo_id TEXT, 
	"key" TEXT, 
	url TEXT, 
	department_id TEXT, 
	name TEXT, 
	description TEXT, 
	status TEXT, 
	health TEXT, 
	phase TEXT, 
	objective TEXT, 
	portfolio TEXT, 
	planned_start DATE, 
	planned_finish DATE, 
	baseline_start DATE, 
	baseline_finish DATE, 
	actual_start DATE, 
	actual_finish DATE, 
	percent_complete BIGINT, 
	budget BIGINT, 
	currency TEXT, 
	archived BOOLEAN, 
	delivery TEXT, 
	tier INTEGER, 
	manager_id TEXT, 
	sponsor_id TEXT, 
	first_seen_at BIGINT NOT NULL, 
	source_created_at BIGINT, 
	deleted_at BIGINT, 
	merged_into TEXT, 
	status_since BIGINT, 
	phase_since BIGINT, 
	last_activity_at BIGINT, 
	last_status_update_on DATE, 
	content_hash TEXT NOT NULL, 
	CONSTRAINT pk_project PRIMARY KEY (id)
);
INSERT INTO "project" VALUES('id „é“ ''x''','pmo_id „é“ ''x''','key „é“ ''x''','url „é“ ''x''','department_id „é“ ''x''','name „é“ ''x''','description „é“ ''x''','status „é“ ''x''','health „é“ ''x''','phase „é“ ''x''','objective „é“ ''x''','portfolio „é“ ''x''','2026-02-28','2026-02-28','2026-02-28','2026-02-28','2026-02-28','2026-02-28',1234,12345678,'currency „é“ ''x''',1,'delivery „é“ ''x''',7,'manager_id „é“ ''x''','sponsor_id „é“ ''x''',1795609815250,1795609815250,1795609815250,'merged_into „é“ ''x''',1795609815250,1795609815250,1795609815250,'2026-02-28','content_hash „é“ ''x''');
CREATE TABLE project_day (
	day DATE NOT NULL, 
	project_id TEXT NOT NULL, 
	health TEXT, 
	status TEXT, 
	phase TEXT, 
	planned_finish DATE, 
	baseline_finish DATE, 
	manager_id TEXT, 
	sponsor_id TEXT, 
	open_deviations INTEGER NOT NULL, 
	open_critical INTEGER NOT NULL, 
	CONSTRAINT pk_project_day PRIMARY KEY (day, project_id)
);
INSERT INTO "project_day" VALUES('2026-02-28','project_id „é“ ''x''','health „é“ ''x''','status „é“ ''x''','phase „é“ ''x''','2026-02-28','2026-02-28','manager_id „é“ ''x''','sponsor_id „é“ ''x''',7,7);
CREATE TABLE quarantine (
	connector TEXT NOT NULL, 
	entity TEXT NOT NULL, 
	place TEXT NOT NULL, 
	external_id TEXT, 
	reason TEXT NOT NULL, 
	remedy TEXT NOT NULL, 
	raw TEXT NOT NULL, 
	scope TEXT, 
	since BIGINT NOT NULL, 
	run_id TEXT NOT NULL, 
	CONSTRAINT pk_quarantine PRIMARY KEY (connector, entity, place)
);
INSERT INTO "quarantine" VALUES('connector „é“ ''x''','entity „é“ ''x''','place „é“ ''x''','external_id „é“ ''x''','reason „é“ ''x''','remedy „é“ ''x''','raw „é“ ''x''','scope „é“ ''x''',1795609815250,'run_id „é“ ''x''');
CREATE TABLE resolution (
	id INTEGER NOT NULL, 
	settings TEXT NOT NULL, 
	run_id TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_resolution PRIMARY KEY (id)
);
INSERT INTO "resolution" VALUES(7,'settings „é“ ''x''','run_id „é“ ''x''',1795609815250);
CREATE TABLE rule_state (
	rule_id TEXT NOT NULL, 
	version TEXT NOT NULL, 
	switched_on_at BIGINT NOT NULL, 
	severity TEXT NOT NULL, 
	rule_class TEXT NOT NULL, 
	title TEXT NOT NULL, 
	remedy TEXT NOT NULL, 
	source TEXT NOT NULL, 
	CONSTRAINT pk_rule_state PRIMARY KEY (rule_id)
);
INSERT INTO "rule_state" VALUES('rule_id „é“ ''x''','version „é“ ''x''',1795609815250,'severity „é“ ''x''','rule_class „é“ ''x''','title „é“ ''x''','remedy „é“ ''x''','source „é“ ''x''');
CREATE TABLE run (
	id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	connector TEXT, 
	lease TEXT, 
	token BIGINT, 
	state TEXT NOT NULL, 
	started_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	config_version TEXT, 
	cursor_before TEXT, 
	cursor_after TEXT, 
	seen INTEGER DEFAULT '0' NOT NULL, 
	changed INTEGER DEFAULT '0' NOT NULL, 
	unchanged INTEGER DEFAULT '0' NOT NULL, 
	deleted INTEGER DEFAULT '0' NOT NULL, 
	lost_access INTEGER DEFAULT '0' NOT NULL, 
	quarantined INTEGER DEFAULT '0' NOT NULL, 
	requests INTEGER DEFAULT '0' NOT NULL, 
	waited FLOAT DEFAULT '0' NOT NULL, 
	peak_memory BIGINT, 
	stages TEXT DEFAULT '{}' NOT NULL, 
	problems TEXT DEFAULT '[]' NOT NULL, waits TEXT DEFAULT '{}' NOT NULL, outcomes TEXT DEFAULT '{}' NOT NULL, cancel_asked_at BIGINT, cancel_asked_by TEXT, 
	CONSTRAINT pk_run PRIMARY KEY (id)
);
INSERT INTO "run" VALUES('id „é“ ''x''','kind „é“ ''x''','connector „é“ ''x''','lease „é“ ''x''',7,'state „é“ ''x''',1795609815250,1795609815250,'config_version „é“ ''x''','cursor_before „é“ ''x''','cursor_after „é“ ''x''',7,7,7,7,7,7,7,1.5,7,'stages „é“ ''x''','problems „é“ ''x''','waits „é“ ''x''','outcomes „é“ ''x''',1795609815250,'cancel_asked_by „é“ ''x''');
CREATE TABLE sighting (
	connector TEXT NOT NULL, 
	entity TEXT NOT NULL, 
	scope TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	CONSTRAINT pk_sighting PRIMARY KEY (connector, entity, scope, external_id)
)
 WITHOUT ROWID

;
INSERT INTO "sighting" VALUES('connector „é“ ''x''','entity „é“ ''x''','scope „é“ ''x''','external_id „é“ ''x''');
CREATE TABLE source_person (
	id TEXT NOT NULL, 
	person_id TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	"key" TEXT, 
	url TEXT, 
	scope TEXT, 
	source_created_at BIGINT, 
	source_updated_at BIGINT, 
	first_seen_at BIGINT NOT NULL, 
	deleted_at BIGINT, 
	lost_access_at BIGINT, 
	content_hash TEXT NOT NULL, 
	fields TEXT DEFAULT '{}' NOT NULL, 
	name TEXT, 
	email TEXT, 
	active TEXT NOT NULL, 
	weekly_capacity BIGINT, 
	capacity_from DATE, 
	cost_rate BIGINT, 
	cost_rate_currency TEXT, 
	cost_rate_from DATE, 
	CONSTRAINT pk_source_person PRIMARY KEY (id)
);
INSERT INTO "source_person" VALUES('id „é“ ''x''','person_id „é“ ''x''','connector „é“ ''x''','external_id „é“ ''x''','key „é“ ''x''','url „é“ ''x''','scope „é“ ''x''',1795609815250,1795609815250,1795609815250,1795609815250,1795609815250,'content_hash „é“ ''x''','fields „é“ ''x''','name „é“ ''x''','email „é“ ''x''','active „é“ ''x''',7,'2026-02-28',12345678,'cost_rate_currency „é“ ''x''','2026-02-28');
CREATE TABLE source_project (
	id TEXT NOT NULL, 
	project_id TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	"key" TEXT, 
	url TEXT, 
	scope TEXT, 
	source_created_at BIGINT, 
	source_updated_at BIGINT, 
	first_seen_at BIGINT NOT NULL, 
	deleted_at BIGINT, 
	lost_access_at BIGINT, 
	content_hash TEXT NOT NULL, 
	fields TEXT DEFAULT '{}' NOT NULL, 
	name TEXT, 
	description TEXT, 
	status TEXT, 
	health TEXT, 
	phase TEXT, 
	objective TEXT, 
	portfolio TEXT, 
	planned_start DATE, 
	planned_finish DATE, 
	baseline_start DATE, 
	baseline_finish DATE, 
	actual_start DATE, 
	actual_finish DATE, 
	percent_complete BIGINT, 
	budget BIGINT, 
	currency TEXT, 
	archived BOOLEAN, 
	delivery TEXT, 
	tier INTEGER, 
	manager_id TEXT, 
	sponsor_id TEXT, 
	department_name TEXT, 
	department_id TEXT, 
	manager_ref TEXT, 
	sponsor_ref TEXT, 
	same_as_ref TEXT, 
	CONSTRAINT pk_source_project PRIMARY KEY (id)
);
INSERT INTO "source_project" VALUES('id „é“ ''x''','project_id „é“ ''x''','connector „é“ ''x''','external_id „é“ ''x''','key „é“ ''x''','url „é“ ''x''','scope „é“ ''x''',1795609815250,1795609815250,1795609815250,1795609815250,1795609815250,'content_hash „é“ ''x''','fields „é“ ''x''','name „é“ ''x''','description „é“ ''x''','status „é“ ''x''','health „é“ ''x''','phase „é“ ''x''','objective „é“ ''x''','portfolio „é“ ''x''','2026-02-28','2026-02-28','2026-02-28','2026-02-28','2026-02-28','2026-02-28',1234,12345678,'currency „é“ ''x''',1,'delivery „é“ ''x''',7,'manager_id „é“ ''x''','sponsor_id „é“ ''x''','department_name „é“ ''x''','department_id „é“ ''x''','manager_ref „é“ ''x''','sponsor_ref „é“ ''x''','same_as_ref „é“ ''x''');
CREATE TABLE status_update (
	id TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	"key" TEXT, 
	url TEXT, 
	scope TEXT, 
	source_created_at BIGINT, 
	source_updated_at BIGINT, 
	first_seen_at BIGINT NOT NULL, 
	deleted_at BIGINT, 
	lost_access_at BIGINT, 
	content_hash TEXT NOT NULL, 
	fields TEXT DEFAULT '{}' NOT NULL, 
	project_ref TEXT NOT NULL, 
	source_project_id TEXT, 
	project_id TEXT, 
	at BIGINT NOT NULL, 
	author_ref TEXT, 
	author_id TEXT, 
	health TEXT, 
	text TEXT, 
	CONSTRAINT pk_status_update PRIMARY KEY (id)
);
INSERT INTO "status_update" VALUES('id „é“ ''x''','connector „é“ ''x''','external_id „é“ ''x''','key „é“ ''x''','url „é“ ''x''','scope „é“ ''x''',1795609815250,1795609815250,1795609815250,1795609815250,1795609815250,'content_hash „é“ ''x''','fields „é“ ''x''','project_ref „é“ ''x''','source_project_id „é“ ''x''','project_id „é“ ''x''',1795609815250,'author_ref „é“ ''x''','author_id „é“ ''x''','health „é“ ''x''','text „é“ ''x''');
CREATE TABLE task (
	id TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	"key" TEXT, 
	url TEXT, 
	scope TEXT, 
	source_created_at BIGINT, 
	source_updated_at BIGINT, 
	first_seen_at BIGINT NOT NULL, 
	deleted_at BIGINT, 
	lost_access_at BIGINT, 
	content_hash TEXT NOT NULL, 
	fields TEXT DEFAULT '{}' NOT NULL, 
	project_ref TEXT, 
	source_project_id TEXT, 
	project_id TEXT, 
	parent_ref TEXT, 
	parent_id TEXT, 
	kind TEXT NOT NULL, 
	title TEXT, 
	status TEXT, 
	status_category TEXT, 
	priority TEXT, 
	assignee_ref TEXT, 
	assignee_id TEXT, 
	reporter_ref TEXT, 
	reporter_id TEXT, 
	planned_start DATE, 
	due DATE, 
	due_at BIGINT, 
	baseline_start DATE, 
	baseline_finish DATE, 
	actual_start DATE, 
	completed_at BIGINT, 
	original_estimate BIGINT, 
	remaining_estimate BIGINT, 
	time_spent BIGINT, 
	percent_complete BIGINT, 
	story_points BIGINT, 
	labels TEXT DEFAULT '[]' NOT NULL, 
	further_projects TEXT DEFAULT '[]' NOT NULL, 
	iteration_id TEXT, 
	iteration_name TEXT, 
	iteration_start DATE, 
	iteration_end DATE, 
	iteration_state TEXT, 
	is_leaf BOOLEAN DEFAULT '1' NOT NULL, 
	status_since BIGINT, 
	last_activity_at BIGINT, 
	CONSTRAINT pk_task PRIMARY KEY (id)
);
INSERT INTO "task" VALUES('id „é“ ''x''','connector „é“ ''x''','external_id „é“ ''x''','key „é“ ''x''','url „é“ ''x''','scope „é“ ''x''',1795609815250,1795609815250,1795609815250,1795609815250,1795609815250,'content_hash „é“ ''x''','fields „é“ ''x''','project_ref „é“ ''x''','source_project_id „é“ ''x''','project_id „é“ ''x''','parent_ref „é“ ''x''','parent_id „é“ ''x''','kind „é“ ''x''','title „é“ ''x''','status „é“ ''x''','status_category „é“ ''x''','priority „é“ ''x''','assignee_ref „é“ ''x''','assignee_id „é“ ''x''','reporter_ref „é“ ''x''','reporter_id „é“ ''x''','2026-02-28','2026-02-28',1795609815250,'2026-02-28','2026-02-28','2026-02-28',1795609815250,7,7,7,1234,12345678,'labels „é“ ''x''','further_projects „é“ ''x''','iteration_id „é“ ''x''','iteration_name „é“ ''x''','2026-02-28','2026-02-28','iteration_state „é“ ''x''',1,1795609815250,1795609815250);
CREATE TABLE task_label (
	label TEXT NOT NULL, 
	task_id TEXT NOT NULL, 
	CONSTRAINT pk_task_label PRIMARY KEY (label, task_id)
);
INSERT INTO "task_label" VALUES('label „é“ ''x''','task_id „é“ ''x''');
CREATE TABLE time_entry (
	id TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	"key" TEXT, 
	url TEXT, 
	scope TEXT, 
	source_created_at BIGINT, 
	source_updated_at BIGINT, 
	first_seen_at BIGINT NOT NULL, 
	deleted_at BIGINT, 
	lost_access_at BIGINT, 
	content_hash TEXT NOT NULL, 
	fields TEXT DEFAULT '{}' NOT NULL, 
	task_ref TEXT, 
	task_id TEXT, 
	project_ref TEXT, 
	source_project_id TEXT, 
	project_id TEXT, 
	person_ref TEXT, 
	person_id TEXT, 
	work_date DATE NOT NULL, 
	started_at BIGINT, 
	duration BIGINT NOT NULL, 
	billable BOOLEAN, 
	approval TEXT, 
	note TEXT, 
	CONSTRAINT pk_time_entry PRIMARY KEY (id)
);
INSERT INTO "time_entry" VALUES('id „é“ ''x''','connector „é“ ''x''','external_id „é“ ''x''','key „é“ ''x''','url „é“ ''x''','scope „é“ ''x''',1795609815250,1795609815250,1795609815250,1795609815250,1795609815250,'content_hash „é“ ''x''','fields „é“ ''x''','task_ref „é“ ''x''','task_id „é“ ''x''','project_ref „é“ ''x''','source_project_id „é“ ''x''','project_id „é“ ''x''','person_ref „é“ ''x''','person_id „é“ ''x''','2026-02-28',1795609815250,7,1,'approval „é“ ''x''','note „é“ ''x''');
CREATE TABLE told (
	recipient TEXT NOT NULL, 
	matter TEXT NOT NULL, 
	token TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	CONSTRAINT pk_told PRIMARY KEY (recipient, matter)
);
INSERT INTO "told" VALUES('recipient „é“ ''x''','matter „é“ ''x''','token „é“ ''x''',1795609815250);
CREATE TABLE touched (
	id INTEGER NOT NULL, 
	entity TEXT NOT NULL, 
	entity_id TEXT NOT NULL, 
	CONSTRAINT pk_touched PRIMARY KEY (id)
);
INSERT INTO "touched" VALUES(7,'entity „é“ ''x''','entity_id „é“ ''x''');
CREATE TABLE unevaluated (
	entity TEXT NOT NULL, 
	entity_id TEXT NOT NULL, 
	CONSTRAINT pk_unevaluated PRIMARY KEY (entity, entity_id)
);
INSERT INTO "unevaluated" VALUES('entity „é“ ''x''','entity_id „é“ ''x''');
CREATE TABLE unresolved (
	entity TEXT NOT NULL, 
	entity_id TEXT NOT NULL, 
	field TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	ref TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_unresolved PRIMARY KEY (entity_id, field)
);
INSERT INTO "unresolved" VALUES('entity „é“ ''x''','entity_id „é“ ''x''','field „é“ ''x''','connector „é“ ''x''','ref „é“ ''x''','reason „é“ ''x''');
CREATE TABLE verdict_count (
	rule_id TEXT NOT NULL, 
	department_id TEXT NOT NULL, 
	project_id TEXT NOT NULL, 
	passes INTEGER NOT NULL, 
	deviates INTEGER NOT NULL, 
	unknown INTEGER NOT NULL, 
	not_applicable INTEGER NOT NULL, 
	reason TEXT, 
	CONSTRAINT pk_verdict_count PRIMARY KEY (rule_id, department_id, project_id)
);
INSERT INTO "verdict_count" VALUES('rule_id „é“ ''x''','department_id „é“ ''x''','project_id „é“ ''x''',7,7,7,7,'reason „é“ ''x''');
CREATE TABLE veto (
	entity_id TEXT NOT NULL, 
	field TEXT NOT NULL, 
	since BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_veto PRIMARY KEY (entity_id, field)
);
INSERT INTO "veto" VALUES('entity_id „é“ ''x''','field „é“ ''x''',1795609815250,'reason „é“ ''x''');
CREATE TABLE waiver (
	id INTEGER NOT NULL, 
	rule_id TEXT NOT NULL, 
	scope TEXT NOT NULL, 
	scope_id TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	author TEXT NOT NULL, 
	granted_at BIGINT NOT NULL, 
	expires_on DATE NOT NULL, 
	revoked_at BIGINT, 
	CONSTRAINT pk_waiver PRIMARY KEY (id)
);
INSERT INTO "waiver" VALUES(7,'rule_id „é“ ''x''','scope „é“ ''x''','scope_id „é“ ''x''','reason „é“ ''x''','author „é“ ''x''',1795609815250,'2026-02-28',1795609815250);
CREATE TABLE working_day (
	calendar TEXT NOT NULL, 
	day DATE NOT NULL, 
	ordinal INTEGER NOT NULL, 
	is_working BOOLEAN NOT NULL, 
	CONSTRAINT pk_working_day PRIMARY KEY (calendar, day)
);
INSERT INTO "working_day" VALUES('calendar „é“ ''x''','2026-02-28',7,1);
CREATE TABLE writeback (
	id TEXT NOT NULL, 
	plan_id TEXT NOT NULL, 
	connector TEXT NOT NULL, 
	department_id TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	entity TEXT NOT NULL, 
	entity_id TEXT NOT NULL, 
	external_id TEXT NOT NULL, 
	"key" TEXT, 
	field TEXT NOT NULL, 
	carrier TEXT NOT NULL, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	state TEXT NOT NULL, 
	hold TEXT, 
	approved_by TEXT, 
	approved_for TEXT, 
	approved_at BIGINT, 
	journaled_at BIGINT, 
	ended_at BIGINT, 
	outcome_reason TEXT, 
	read_before TEXT, 
	read_back TEXT, 
	undo_of TEXT, 
	run_id TEXT, policy TEXT, 
	CONSTRAINT pk_writeback PRIMARY KEY (id)
);
INSERT INTO "writeback" VALUES('id „é“ ''x''','plan_id „é“ ''x''','connector „é“ ''x''','department_id „é“ ''x''','mode „é“ ''x''','entity „é“ ''x''','entity_id „é“ ''x''','external_id „é“ ''x''','key „é“ ''x''','field „é“ ''x''','carrier „é“ ''x''','before „é“ ''x''','after „é“ ''x''','reason „é“ ''x''','state „é“ ''x''','hold „é“ ''x''','approved_by „é“ ''x''','approved_for „é“ ''x''',1795609815250,1795609815250,1795609815250,'outcome_reason „é“ ''x''','read_before „é“ ''x''','read_back „é“ ''x''','undo_of „é“ ''x''','run_id „é“ ''x''','policy „é“ ''x''');
CREATE TABLE writeback_event (
	id INTEGER NOT NULL, 
	writeback_id TEXT NOT NULL, 
	event TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	on_behalf_of TEXT, 
	detail TEXT DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_writeback_event PRIMARY KEY (id)
);
INSERT INTO "writeback_event" VALUES(7,'writeback_id „é“ ''x''','event „é“ ''x''',1795609815250,'actor „é“ ''x''','on_behalf_of „é“ ''x''','detail „é“ ''x''');
CREATE TABLE writing_stop (
	id INTEGER NOT NULL, 
	connector TEXT NOT NULL, 
	field TEXT, 
	since BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	lifted_at BIGINT, 
	lifted_by TEXT, 
	CONSTRAINT pk_writing_stop PRIMARY KEY (id)
);
INSERT INTO "writing_stop" VALUES(7,'connector „é“ ''x''','field „é“ ''x''',1795609815250,'reason „é“ ''x''',1795609815250,'lifted_by „é“ ''x''');
CREATE INDEX ix_project_department_id ON project (department_id);
CREATE UNIQUE INDEX uq_source_project_connector_external_id ON source_project (connector, external_id);
CREATE INDEX ix_source_project_connector_scope ON source_project (connector, scope);
CREATE INDEX ix_source_project_project_id ON source_project (project_id);
CREATE INDEX ix_person_email ON person (email);
CREATE UNIQUE INDEX uq_source_person_connector_external_id ON source_person (connector, external_id);
CREATE INDEX ix_source_person_connector_scope ON source_person (connector, scope);
CREATE INDEX ix_source_person_person_id ON source_person (person_id);
CREATE INDEX ix_identity_entity_id ON identity (entity_id);
CREATE INDEX ix_link_to_id ON link (to_id);
CREATE UNIQUE INDEX uq_task_connector_external_id ON task (connector, external_id);
CREATE INDEX ix_task_connector_scope ON task (connector, scope);
CREATE INDEX ix_task_assignee_id ON task (assignee_id);
CREATE INDEX ix_task_key ON task ("key");
CREATE INDEX ix_task_parent_id ON task (parent_id);
CREATE INDEX ix_task_project_id_last_activity_at ON task (project_id, last_activity_at);
CREATE INDEX ix_task_label_task_id ON task_label (task_id);
CREATE UNIQUE INDEX uq_time_entry_connector_external_id ON time_entry (connector, external_id);
CREATE INDEX ix_time_entry_connector_scope ON time_entry (connector, scope);
CREATE INDEX ix_time_entry_person_id ON time_entry (person_id);
CREATE INDEX ix_time_entry_project_id_work_date ON time_entry (project_id, work_date);
CREATE INDEX ix_time_entry_task_id ON time_entry (task_id);
CREATE UNIQUE INDEX uq_dependency_connector_external_id ON dependency (connector, external_id);
CREATE INDEX ix_dependency_connector_scope ON dependency (connector, scope);
CREATE INDEX ix_dependency_predecessor_id ON dependency (predecessor_id);
CREATE INDEX ix_dependency_successor_id ON dependency (successor_id);
CREATE UNIQUE INDEX uq_status_update_connector_external_id ON status_update (connector, external_id);
CREATE INDEX ix_status_update_connector_scope ON status_update (connector, scope);
CREATE INDEX ix_status_update_project_id_at ON status_update (project_id, at);
CREATE INDEX ix_field_value_name ON field_value (name);
CREATE INDEX ix_run_connector_started_at ON run (connector, started_at);
CREATE INDEX ix_change_entity_id_at ON change (entity_id, at);
CREATE INDEX ix_deviation_project_id ON deviation (project_id);
CREATE INDEX ix_deviation_state ON deviation (state);
CREATE INDEX ix_deviation_subject_id ON deviation (subject_id);
CREATE INDEX ix_writeback_entity_id_field ON writeback (entity_id, field);
CREATE INDEX ix_writeback_plan_id ON writeback (plan_id);
CREATE INDEX ix_writeback_state ON writeback (state);
CREATE INDEX ix_writeback_event_writeback_id ON writeback_event (writeback_id);
CREATE INDEX ix_item_verdict_item_id ON item_verdict (item_id);
CREATE INDEX ix_writing_stop_connector ON writing_stop (connector);
CREATE UNIQUE INDEX uq_change_connector_change_id_field ON change (connector, change_id, field);
CREATE UNIQUE INDEX uq_allocation_connector_external_id ON allocation (connector, external_id);
CREATE INDEX ix_allocation_connector_scope ON allocation (connector, scope);
CREATE INDEX ix_allocation_person_id ON allocation (person_id);
CREATE UNIQUE INDEX uq_leave_connector_external_id ON leave (connector, external_id);
CREATE INDEX ix_leave_connector_scope ON leave (connector, scope);
CREATE INDEX ix_leave_person_id ON leave (person_id);
CREATE INDEX ix_allocation_project_id ON allocation (project_id);
CREATE VIEW pmo_projects AS SELECT project.id AS id, project.pmo_id AS pmo_id, project."key" AS "key", project.url AS url, project.name AS name, project.description AS description, project.department_id AS department_id, department.name AS department, project.status AS status, project.health AS health, project.phase AS phase, project.objective AS objective, project.portfolio AS portfolio, project.planned_start AS planned_start, project.planned_finish AS planned_finish, project.baseline_start AS baseline_start, project.baseline_finish AS baseline_finish, project.actual_start AS actual_start, project.actual_finish AS actual_finish, project.percent_complete / 100.0 AS percent_complete, project.budget / 10000.0 AS budget, project.currency AS currency, project.archived AS archived, project.delivery AS delivery, project.tier AS tier, project.manager_id AS manager_id, manager.name AS manager, project.sponsor_id AS sponsor_id, sponsor.name AS sponsor, strftime('%Y-%m-%dT%H:%M:%fZ', (project.source_created_at) / 1000.0, 'unixepoch') AS created_at, strftime('%Y-%m-%dT%H:%M:%fZ', (project.first_seen_at) / 1000.0, 'unixepoch') AS first_seen_at, strftime('%Y-%m-%dT%H:%M:%fZ', (project.status_since) / 1000.0, 'unixepoch') AS status_since, strftime('%Y-%m-%dT%H:%M:%fZ', (project.phase_since) / 1000.0, 'unixepoch') AS phase_since, strftime('%Y-%m-%dT%H:%M:%fZ', (project.last_activity_at) / 1000.0, 'unixepoch') AS last_activity_at, project.last_status_update_on AS last_status_update_on 
FROM project LEFT OUTER JOIN department ON department.id = project.department_id LEFT OUTER JOIN person AS manager ON manager.id = project.manager_id LEFT OUTER JOIN person AS sponsor ON sponsor.id = project.sponsor_id 
WHERE project.merged_into IS NULL AND project.deleted_at IS NULL;
CREATE VIEW pmo_tasks AS SELECT task.id AS id, task.connector AS connector, task.external_id AS external_id, task."key" AS "key", task.url AS url, task.project_id AS project_id, project."key" AS project_key, project.name AS project, project.department_id AS department_id, task.parent_id AS parent_id, parent."key" AS parent_key, task.is_leaf AS is_leaf, task.kind AS kind, task.title AS title, task.status AS status, task.status_category AS status_category, task.priority AS priority, task.assignee_id AS assignee_id, assignee.name AS assignee, task.reporter_id AS reporter_id, reporter.name AS reporter, task.planned_start AS planned_start, task.due AS due, task.baseline_start AS baseline_start, task.baseline_finish AS baseline_finish, task.actual_start AS actual_start, strftime('%Y-%m-%dT%H:%M:%fZ', (task.completed_at) / 1000.0, 'unixepoch') AS completed_at, task.original_estimate AS original_estimate_seconds, task.remaining_estimate AS remaining_estimate_seconds, task.time_spent AS time_spent_seconds, task.percent_complete / 100.0 AS percent_complete, task.story_points / 10000.0 AS story_points, task.labels AS labels, task.iteration_name AS iteration, task.iteration_start AS iteration_start, task.iteration_end AS iteration_end, task.iteration_state AS iteration_state, strftime('%Y-%m-%dT%H:%M:%fZ', (task.source_created_at) / 1000.0, 'unixepoch') AS created_at, strftime('%Y-%m-%dT%H:%M:%fZ', (task.source_updated_at) / 1000.0, 'unixepoch') AS updated_at, strftime('%Y-%m-%dT%H:%M:%fZ', (task.first_seen_at) / 1000.0, 'unixepoch') AS first_seen_at, strftime('%Y-%m-%dT%H:%M:%fZ', (task.status_since) / 1000.0, 'unixepoch') AS status_since, strftime('%Y-%m-%dT%H:%M:%fZ', (task.last_activity_at) / 1000.0, 'unixepoch') AS last_activity_at, strftime('%Y-%m-%dT%H:%M:%fZ', (task.lost_access_at) / 1000.0, 'unixepoch') AS lost_access_at 
FROM task LEFT OUTER JOIN project ON project.id = task.project_id LEFT OUTER JOIN task AS parent ON parent.id = task.parent_id LEFT OUTER JOIN person AS assignee ON assignee.id = task.assignee_id LEFT OUTER JOIN person AS reporter ON reporter.id = task.reporter_id 
WHERE task.deleted_at IS NULL;
CREATE VIEW pmo_time_entries AS SELECT time_entry.id AS id, time_entry.connector AS connector, time_entry.external_id AS external_id, time_entry.work_date AS work_date, strftime('%Y-%m-%dT%H:%M:%fZ', (time_entry.started_at) / 1000.0, 'unixepoch') AS started_at, time_entry.duration AS duration_seconds, time_entry.person_id AS person_id, person.name AS person, time_entry.project_id AS project_id, project."key" AS project_key, project.name AS project, project.department_id AS department_id, time_entry.task_id AS task_id, task."key" AS task_key, time_entry.task_ref AS written_task, time_entry.project_ref AS written_project, time_entry.person_ref AS written_person, time_entry.billable AS billable, time_entry.approval AS approval, time_entry.note AS note 
FROM time_entry LEFT OUTER JOIN person ON person.id = time_entry.person_id LEFT OUTER JOIN project ON project.id = time_entry.project_id LEFT OUTER JOIN task ON task.id = time_entry.task_id 
WHERE time_entry.deleted_at IS NULL;
CREATE VIEW pmo_people AS SELECT person.id AS id, person.name AS name, person.email AS email, person.active AS active, person.weekly_capacity AS weekly_capacity_seconds, person.capacity_from AS capacity_from, person.cost_rate / 10000.0 AS cost_rate, person.cost_rate_currency AS cost_rate_currency, person.cost_rate_from AS cost_rate_from, strftime('%Y-%m-%dT%H:%M:%fZ', (person.first_seen_at) / 1000.0, 'unixepoch') AS first_seen_at 
FROM person 
WHERE person.merged_into IS NULL AND person.deleted_at IS NULL;
CREATE VIEW pmo_dependencies AS SELECT dependency.id AS id, dependency.connector AS connector, dependency.type AS type, dependency.lag AS lag_working_days, dependency.predecessor_id AS predecessor_id, predecessor."key" AS predecessor_key, dependency.predecessor_ref AS written_predecessor, dependency.successor_id AS successor_id, successor."key" AS successor_key, dependency.successor_ref AS written_successor 
FROM dependency LEFT OUTER JOIN task AS predecessor ON predecessor.id = dependency.predecessor_id LEFT OUTER JOIN task AS successor ON successor.id = dependency.successor_id 
WHERE dependency.deleted_at IS NULL;
CREATE VIEW pmo_status_updates AS SELECT status_update.id AS id, status_update.connector AS connector, status_update.project_id AS project_id, project."key" AS project_key, project.name AS project, status_update.project_ref AS written_project, strftime('%Y-%m-%dT%H:%M:%fZ', (status_update.at) / 1000.0, 'unixepoch') AS at, status_update.author_id AS author_id, person.name AS author, status_update.health AS health, status_update.text AS text, status_update.url AS url 
FROM status_update LEFT OUTER JOIN project ON project.id = status_update.project_id LEFT OUTER JOIN person ON person.id = status_update.author_id 
WHERE status_update.deleted_at IS NULL;
CREATE VIEW pmo_allocations AS SELECT allocation.id AS id, allocation.connector AS connector, allocation.external_id AS external_id, allocation.person_id AS person_id, person.name AS person, allocation.person_ref AS written_person, allocation.project_id AS project_id, project."key" AS project_key, project.name AS project, project.department_id AS department_id, allocation.project_ref AS written_project, allocation.first_day AS first_day, allocation.last_day AS last_day, allocation.weekly_effort AS weekly_effort_seconds, allocation.percent / 100.0 AS percent 
FROM allocation LEFT OUTER JOIN person ON person.id = allocation.person_id LEFT OUTER JOIN project ON project.id = allocation.project_id 
WHERE allocation.deleted_at IS NULL;
CREATE VIEW pmo_leave AS SELECT leave.id AS id, leave.connector AS connector, leave.external_id AS external_id, leave.person_id AS person_id, person.name AS person, leave.person_ref AS written_person, leave.first_day AS first_day, leave.last_day AS last_day 
FROM leave LEFT OUTER JOIN person ON person.id = leave.person_id 
WHERE leave.deleted_at IS NULL;
CREATE VIEW pmo_source_projects AS SELECT source_project.id AS id, source_project.project_id AS project_id, source_project.connector AS connector, source_project.external_id AS external_id, source_project."key" AS "key", source_project.url AS url, source_project.name AS name, source_project.department_id AS department_id, source_project.status AS status, source_project.health AS health, source_project.phase AS phase, source_project.objective AS objective, source_project.portfolio AS portfolio, source_project.planned_start AS planned_start, source_project.planned_finish AS planned_finish, source_project.baseline_start AS baseline_start, source_project.baseline_finish AS baseline_finish, source_project.actual_start AS actual_start, source_project.actual_finish AS actual_finish, source_project.percent_complete / 100.0 AS percent_complete, source_project.budget / 10000.0 AS budget, source_project.currency AS currency, source_project.archived AS archived, source_project.delivery AS delivery, source_project.tier AS tier, source_project.manager_id AS manager_id, source_project.sponsor_id AS sponsor_id, source_project.same_as_ref AS written_same_as, strftime('%Y-%m-%dT%H:%M:%fZ', (source_project.lost_access_at) / 1000.0, 'unixepoch') AS lost_access_at 
FROM source_project 
WHERE source_project.deleted_at IS NULL;
CREATE VIEW pmo_deviations AS SELECT deviation.number AS number, deviation.rule_id AS rule_id, rule_state.title AS rule, deviation.severity AS severity, rule_state.rule_class AS class, deviation.state AS state, deviation.close_reason AS close_reason, deviation.legacy AS legacy, deviation.unverified AS unverified, deviation.acknowledged_until AS acknowledged_until, deviation.subject AS entity, deviation.subject_id AS entity_id, deviation.project_id AS project_id, project.name AS project, deviation.department_id AS department_id, department.name AS department, deviation.connector AS connector, deviation.message AS message, rule_state.remedy AS remedy, rule_state.source AS source, deviation.evidence AS evidence, strftime('%Y-%m-%dT%H:%M:%fZ', (deviation.first_seen_at) / 1000.0, 'unixepoch') AS first_seen_at, strftime('%Y-%m-%dT%H:%M:%fZ', (deviation.opened_at) / 1000.0, 'unixepoch') AS opened_at, deviation.due_on AS due_on, strftime('%Y-%m-%dT%H:%M:%fZ', (deviation.closed_at) / 1000.0, 'unixepoch') AS closed_at, deviation.reopened AS reopened 
FROM deviation LEFT OUTER JOIN rule_state ON rule_state.rule_id = deviation.rule_id LEFT OUTER JOIN project ON project.id = deviation.project_id LEFT OUTER JOIN department ON department.id = deviation.department_id;
CREATE VIEW pmo_writebacks AS SELECT writeback.id AS id, writeback.plan_id AS plan_id, writeback.connector AS connector, writeback.department_id AS department_id, writeback.mode AS mode, writeback.entity AS entity, writeback.entity_id AS entity_id, writeback.external_id AS external_id, writeback."key" AS "key", writeback.field AS field, writeback.carrier AS carrier, writeback."before" AS "before", writeback."after" AS "after", writeback.reason AS reason, writeback.state AS state, writeback.hold AS hold, writeback.approved_by AS approved_by, writeback.approved_for AS approved_for, strftime('%Y-%m-%dT%H:%M:%fZ', (writeback.approved_at) / 1000.0, 'unixepoch') AS approved_at, writeback.policy AS policy, strftime('%Y-%m-%dT%H:%M:%fZ', (writeback.ended_at) / 1000.0, 'unixepoch') AS ended_at, writeback.outcome_reason AS outcome_reason, writeback.read_back AS read_back 
FROM writeback;
CREATE VIEW pmo_identities AS SELECT identity.entity AS entity, identity.entity_id AS entity_id, identity.connector AS connector, identity.scheme AS scheme, identity.value AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (identity.valid_from) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (identity.valid_to) / 1000.0, 'unixepoch') AS valid_to 
FROM identity UNION ALL SELECT 'project' AS entity, source_project.id AS entity_id, source_project.connector AS connector, 'id' AS scheme, source_project.external_id AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = source_project.id AND identity.scheme = 'id'), source_project.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM source_project 
WHERE source_project.external_id IS NOT NULL UNION ALL SELECT 'project' AS entity, source_project.id AS entity_id, source_project.connector AS connector, 'key' AS scheme, source_project."key" AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = source_project.id AND identity.scheme = 'key'), source_project.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM source_project 
WHERE source_project."key" IS NOT NULL UNION ALL SELECT 'project' AS entity, source_project.id AS entity_id, source_project.connector AS connector, 'url' AS scheme, source_project.url AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = source_project.id AND identity.scheme = 'url'), source_project.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM source_project 
WHERE source_project.url IS NOT NULL UNION ALL SELECT 'task' AS entity, task.id AS entity_id, task.connector AS connector, 'id' AS scheme, task.external_id AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = task.id AND identity.scheme = 'id'), task.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM task 
WHERE task.external_id IS NOT NULL UNION ALL SELECT 'task' AS entity, task.id AS entity_id, task.connector AS connector, 'key' AS scheme, task."key" AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = task.id AND identity.scheme = 'key'), task.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM task 
WHERE task."key" IS NOT NULL UNION ALL SELECT 'task' AS entity, task.id AS entity_id, task.connector AS connector, 'url' AS scheme, task.url AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = task.id AND identity.scheme = 'url'), task.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM task 
WHERE task.url IS NOT NULL UNION ALL SELECT 'time_entry' AS entity, time_entry.id AS entity_id, time_entry.connector AS connector, 'id' AS scheme, time_entry.external_id AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = time_entry.id AND identity.scheme = 'id'), time_entry.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM time_entry 
WHERE time_entry.external_id IS NOT NULL UNION ALL SELECT 'time_entry' AS entity, time_entry.id AS entity_id, time_entry.connector AS connector, 'key' AS scheme, time_entry."key" AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = time_entry.id AND identity.scheme = 'key'), time_entry.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM time_entry 
WHERE time_entry."key" IS NOT NULL UNION ALL SELECT 'time_entry' AS entity, time_entry.id AS entity_id, time_entry.connector AS connector, 'url' AS scheme, time_entry.url AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = time_entry.id AND identity.scheme = 'url'), time_entry.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM time_entry 
WHERE time_entry.url IS NOT NULL UNION ALL SELECT 'person' AS entity, source_person.id AS entity_id, source_person.connector AS connector, 'id' AS scheme, source_person.external_id AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = source_person.id AND identity.scheme = 'id'), source_person.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM source_person 
WHERE source_person.external_id IS NOT NULL UNION ALL SELECT 'person' AS entity, source_person.id AS entity_id, source_person.connector AS connector, 'key' AS scheme, source_person."key" AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = source_person.id AND identity.scheme = 'key'), source_person.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM source_person 
WHERE source_person."key" IS NOT NULL UNION ALL SELECT 'person' AS entity, source_person.id AS entity_id, source_person.connector AS connector, 'url' AS scheme, source_person.url AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = source_person.id AND identity.scheme = 'url'), source_person.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM source_person 
WHERE source_person.url IS NOT NULL UNION ALL SELECT 'dependency' AS entity, dependency.id AS entity_id, dependency.connector AS connector, 'id' AS scheme, dependency.external_id AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = dependency.id AND identity.scheme = 'id'), dependency.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM dependency 
WHERE dependency.external_id IS NOT NULL UNION ALL SELECT 'dependency' AS entity, dependency.id AS entity_id, dependency.connector AS connector, 'key' AS scheme, dependency."key" AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = dependency.id AND identity.scheme = 'key'), dependency.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM dependency 
WHERE dependency."key" IS NOT NULL UNION ALL SELECT 'dependency' AS entity, dependency.id AS entity_id, dependency.connector AS connector, 'url' AS scheme, dependency.url AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = dependency.id AND identity.scheme = 'url'), dependency.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM dependency 
WHERE dependency.url IS NOT NULL UNION ALL SELECT 'status_update' AS entity, status_update.id AS entity_id, status_update.connector AS connector, 'id' AS scheme, status_update.external_id AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = status_update.id AND identity.scheme = 'id'), status_update.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM status_update 
WHERE status_update.external_id IS NOT NULL UNION ALL SELECT 'status_update' AS entity, status_update.id AS entity_id, status_update.connector AS connector, 'key' AS scheme, status_update."key" AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = status_update.id AND identity.scheme = 'key'), status_update.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM status_update 
WHERE status_update."key" IS NOT NULL UNION ALL SELECT 'status_update' AS entity, status_update.id AS entity_id, status_update.connector AS connector, 'url' AS scheme, status_update.url AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = status_update.id AND identity.scheme = 'url'), status_update.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM status_update 
WHERE status_update.url IS NOT NULL UNION ALL SELECT 'allocation' AS entity, allocation.id AS entity_id, allocation.connector AS connector, 'id' AS scheme, allocation.external_id AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = allocation.id AND identity.scheme = 'id'), allocation.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM allocation 
WHERE allocation.external_id IS NOT NULL UNION ALL SELECT 'allocation' AS entity, allocation.id AS entity_id, allocation.connector AS connector, 'key' AS scheme, allocation."key" AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = allocation.id AND identity.scheme = 'key'), allocation.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM allocation 
WHERE allocation."key" IS NOT NULL UNION ALL SELECT 'allocation' AS entity, allocation.id AS entity_id, allocation.connector AS connector, 'url' AS scheme, allocation.url AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = allocation.id AND identity.scheme = 'url'), allocation.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM allocation 
WHERE allocation.url IS NOT NULL UNION ALL SELECT 'leave' AS entity, leave.id AS entity_id, leave.connector AS connector, 'id' AS scheme, leave.external_id AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = leave.id AND identity.scheme = 'id'), leave.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM leave 
WHERE leave.external_id IS NOT NULL UNION ALL SELECT 'leave' AS entity, leave.id AS entity_id, leave.connector AS connector, 'key' AS scheme, leave."key" AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = leave.id AND identity.scheme = 'key'), leave.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM leave 
WHERE leave."key" IS NOT NULL UNION ALL SELECT 'leave' AS entity, leave.id AS entity_id, leave.connector AS connector, 'url' AS scheme, leave.url AS value, strftime('%Y-%m-%dT%H:%M:%fZ', (coalesce((SELECT max(identity.valid_to) AS max_1 
FROM identity 
WHERE identity.entity_id = leave.id AND identity.scheme = 'url'), leave.first_seen_at)) / 1000.0, 'unixepoch') AS valid_from, strftime('%Y-%m-%dT%H:%M:%fZ', (CAST(NULL AS BIGINT)) / 1000.0, 'unixepoch') AS valid_to 
FROM leave 
WHERE leave.url IS NOT NULL;
CREATE VIEW pmo_quarantine AS SELECT quarantine.connector AS connector, quarantine.entity AS entity, quarantine.place AS place, quarantine.external_id AS external_id, quarantine.reason AS reason, quarantine.remedy AS remedy, quarantine.raw AS raw, strftime('%Y-%m-%dT%H:%M:%fZ', (quarantine.since) / 1000.0, 'unixepoch') AS since 
FROM quarantine;
CREATE VIEW pmo_changes AS SELECT change.id AS id, change.entity AS entity, change.entity_id AS entity_id, change.field AS field, change.old AS old, change.new AS new, strftime('%Y-%m-%dT%H:%M:%fZ', (change.at) / 1000.0, 'unixepoch') AS at, change.actor AS actor, change.how_known AS how_known, change.by_hub AS by_hub, change.run_id AS run_id, change.change_id AS change_id 
FROM change;
COMMIT;
