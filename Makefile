# Every target is a script in scripts/ or one line; `make help` lists them.
.DEFAULT_GOAL := help
POSTS ?= 1000
TRIALS ?= 1000
READS ?= 2000
SCHEDULES ?= 1000000

.PHONY: help run check test gen burst networks bigvideo sim lateness kill-trials load e2e dead-letters replay \
	telemetry-cost capacity round-trips cost fuzz asvs deny backup restore upgrade policies deploy bench \
	oracle watch sam-local

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build and start Atelier (PORT=4000, DATA_DIR=.atelier, DEMO=1 for a filled organization, SANDBOX=1 for pretend networks)
	@scripts/run

check: ## Format, lints, types and unit tests
	@scripts/check

test: ## Everything: check, then all suites; installs and starts what they need
	@scripts/test

gen: ## Write openapi.json and the page's client types
	@scripts/gen

burst: ## Publish POSTS=1000 posts due at the same instant (release build)
	@scripts/burst $(POSTS)

networks: ## Try every network's client against its simulation (NAMES="x threads" for some)
	@scripts/networks $(NAMES)

bigvideo: ## Send a video of BYTES=1000000000 to simulated networks and measure the memory it takes
	@scripts/bigvideo $(BYTES)

sim: ## Explore the publish pipeline in simulation (SCHEDULES=1000000, BASE=0x1 for other ones; SEED replays one)
	@BASE=$(BASE) scripts/sim $(SCHEDULES) $(SEED)

lateness: ## How late POSTS=100 posts of the same second are (release build)
	@scripts/lateness $(if $(filter file,$(origin POSTS)),100,$(POSTS))

kill-trials: ## Kill the publishing function TRIALS=1000 times (release build; SEED repeats a run's choices)
	@scripts/kill-trials $(TRIALS) $(SEED)

load: ## Measure reads, writes and calendars per second (release build)
	@scripts/load

e2e: ## The journeys in a real browser only
	@scripts/e2e

dead-letters: ## What failed for good in the running Atelier (DATA_DIR=.atelier), or on AWS
	@scripts/operator dead-letters list

replay: ## Send it again: all, or ID=... for one
	@scripts/operator dead-letters replay $(if $(ID),$(ID),--all)

telemetry-cost: ## What logs and figures take of the processor time of READS=2000 warm reads (release build)
	@scripts/telemetry-cost $(READS)

capacity: ## What each AWS quota allows, and an hour with POSTS=1000000 posts (SEED for other ones)
	@scripts/capacity $(if $(filter file,$(origin POSTS)),1000000,$(POSTS)) $(SEED)

round-trips: ## What every route and event asks of AWS against its budget, and how that grows (release build)
	@scripts/round-trips

cost: ## What it costs at list prices, from measured figures, into docs/cost.md
	@scripts/cost

fuzz: ## Send the API what its document allows and what it does not, for SECONDS=300 (SEED repeats a run)
	@scripts/fuzz $(if $(SECONDS),$(SECONDS),300) $(SEED)

asvs: ## Count the self-assessment against OWASP ASVS 5.0, and list its gaps
	@scripts/asvs

deny: ## Licences, sources, bans and advisories of all crates, by cargo-deny
	@cargo deny --version >/dev/null || { echo 'Install it first: cargo install --locked cargo-deny'; exit 1; }
	@cargo deny --workspace check

backup: ## Write all items of the running Atelier's table into TO=backups/<time>, or of ATELIER_TABLE on AWS
	@scripts/operator backup $(or $(TO),backups/$(shell date -u +%Y-%m-%dT%H%M%SZ))

restore: ## Put the backup FROM=... into the new table TABLE=..., what may have gone out since held back (OPTIONS="--all")
	@scripts/operator restore $(or $(FROM),$(error set FROM to the folder of a backup)) --table $(or $(TABLE),$(error set TABLE to the name of a new table)) $(OPTIONS)

upgrade: ## Add to the table what older versions of Atelier did not write yet
	@scripts/operator upgrade

policies: ## What each role allows, against what its executable can ask AWS for (WHY=1 for each action)
	@scripts/policies $(if $(WHY),--why)

deploy: ## Deploy to AWS (docs/aws.md; STACK=atelier, DOMAIN=, MAIL_FROM=, ALARM_EMAIL=; DRY_RUN=1 only says what it would do)
	@scripts/deploy

bench: ## What each function costs to start and to run, beside two floors and Node (COLD=30, WARM=1000; release build)
	@COLD=$(COLD) WARM=$(WARM) scripts/bench

oracle: ## Deploy the template and the release zips to an independent implementation of AWS and go through the main journey
	@scripts/oracle

watch: ## The functions under cargo lambda watch, compiled anew when they change, with the embedded back end (docs/development.md)
	@scripts/watch

sam-local: ## The functions in containers under sam local (needs Docker or Podman; docs/development.md)
	@scripts/sam-local
