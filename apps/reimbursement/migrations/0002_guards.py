"""What no code can get around: closed months refuse postings, and lines sum to their statement.

The functions find their tables through TG_TABLE_SCHEMA: they hold in every tenant, cloned or
restored under another name. The runtime role neither owns nor disables the triggers.
"""

from django.db import migrations

MONTH_MUST_BE_OPEN = """
CREATE FUNCTION reimbursement_month_must_be_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted date;
  found text;
BEGIN
  IF TG_TABLE_NAME = 'reimbursement_statement' THEN
    wanted := NEW.month;
  ELSE
    EXECUTE format('SELECT month FROM %I.reimbursement_statement WHERE id = $1', TG_TABLE_SCHEMA)
      INTO wanted USING NEW.statement_id;
  END IF;
  EXECUTE format('SELECT state FROM %I.reimbursement_monthclose WHERE month = $1 FOR SHARE',
    TG_TABLE_SCHEMA) INTO found USING wanted;
  IF found IS DISTINCT FROM 'running' THEN
    RAISE EXCEPTION 'month_closed: % is not being closed', wanted USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER statement_month_open BEFORE INSERT ON reimbursement_statement
  FOR EACH ROW EXECUTE FUNCTION reimbursement_month_must_be_open();
CREATE TRIGGER statement_line_month_open BEFORE INSERT ON reimbursement_statementline
  FOR EACH ROW EXECUTE FUNCTION reimbursement_month_must_be_open();
"""

CLOSED_STAYS_CLOSED = """
CREATE FUNCTION reimbursement_closed_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'closed' THEN
    RAISE EXCEPTION 'month_closed: % never changes', OLD.month USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF NEW.month <> OLD.month THEN
      RAISE EXCEPTION 'month_closed: a close keeps its month' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER closed_stays_closed BEFORE UPDATE OR DELETE ON reimbursement_monthclose
  FOR EACH ROW EXECUTE FUNCTION reimbursement_closed_stays_closed();
"""

LINES_SUM_UP = """
CREATE FUNCTION reimbursement_lines_sum_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted bigint;
  is_right boolean;
BEGIN
  IF TG_TABLE_NAME = 'reimbursement_statement' THEN
    wanted := NEW.id;
  ELSE
    wanted := NEW.statement_id;
  END IF;
  EXECUTE format('SELECT s.amount = COALESCE(sum(l.amount), 0)'
      ' AND s.untaxed_amount = COALESCE(sum(l.untaxed_amount), 0)'
      ' AND s.energy_wh = COALESCE(sum(l.energy_wh), 0)'
      ' FROM %1$I.reimbursement_statement s LEFT JOIN %1$I.reimbursement_statementline l'
      ' ON l.statement_id = s.id WHERE s.id = $1 GROUP BY s.id', TG_TABLE_SCHEMA)
    INTO is_right USING wanted;
  IF NOT is_right THEN
    RAISE EXCEPTION 'statement_sum: the lines of statement % do not sum to it', wanted
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER statement_sums_up AFTER INSERT ON reimbursement_statement
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reimbursement_lines_sum_up();
CREATE CONSTRAINT TRIGGER statement_line_sums_up AFTER INSERT ON reimbursement_statementline
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION reimbursement_lines_sum_up();
"""

# First policy rows: a country's own row with a later date replaces them.
POLICIES = """
INSERT INTO reimbursement_gradepolicy
  (country, purpose, valid_from, payable_grades, payable_reasons, source)
SELECT country, 'reimbursement', '2020-01-01', 'ABC', '["CLOSED_BY_NEXT_REGISTER"]', 'default'
FROM unnest(ARRAY['NL', 'BE', 'DE']) AS country;
"""


class Migration(migrations.Migration):
    dependencies = [("reimbursement", "0001_initial")]
    operations = [
        migrations.RunSQL(
            MONTH_MUST_BE_OPEN,
            "DROP FUNCTION reimbursement_month_must_be_open() CASCADE",
        ),
        migrations.RunSQL(
            CLOSED_STAYS_CLOSED,
            "DROP FUNCTION reimbursement_closed_stays_closed() CASCADE",
        ),
        migrations.RunSQL(LINES_SUM_UP, "DROP FUNCTION reimbursement_lines_sum_up() CASCADE"),
        migrations.RunSQL(POLICIES, migrations.RunSQL.noop),
    ]
