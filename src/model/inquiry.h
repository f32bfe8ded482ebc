// What reasoning makes of a case, ready to be rendered: hosts, boots, incidents, and every statement with its
// citations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/clock_map.h"
#include "model/coverage.h"
#include "model/crash.h"
#include "model/evidence.h"
#include "model/series.h"

namespace inquest::model {

// A sentence and where it can be checked. No claim goes without a citation.
struct Statement {
  std::string text;
  std::vector<Citation> cites;
};

// How a boot came to its end.
enum class BootEnd : uint8_t {
  Unknown,   // the evidence stops; nothing says that the host did
  Running,   // still up when the evidence was taken
  Orderly,   // shut down or rebooted on request
  Panicked,  // the kernel said that it panicked
  Cut,       // the records break off and another boot follows
};
std::string_view to_string(BootEnd end);

struct Boot {
  std::string id;  // systemd's boot id where known
  Interval start;  // when its kernel started
  Interval last;   // its last sign of life of any kind
  BootEnd end = BootEnd::Unknown;
  std::string end_text;  // "reboot: Restarting system", in words for a reader
  std::string kernel;    // release, where known
  std::string command_line;
  std::vector<Citation> cites;      // what shows its start
  std::vector<Citation> end_cites;  // what shows its end
};

struct Host {
  std::string name;         // empty where the evidence names none
  std::vector<Boot> boots;  // in order
};

// One independent look at the death. Witnesses of one `path` fail together and count once.
struct Witness {
  std::string name;  // "telegraf metrics", "corosync on QCM1255"
  std::string path;  // "network of FCM2250", "console"
  Interval window;   // after: last sign of life; before: first silence that means something
  std::string text;  // how the bounds come about
  std::vector<Citation> cites;
};

struct TimelineEntry {
  std::optional<Moment> time;  // nothing: the order is known, the time is not
  std::string source;          // "corosync", "telegraf", "console"
  std::string text;
  Citation cite;
  bool inferred = false;  // computed by inquest, not recorded
  bool key = false;       // one of the few that tell the story
};

// Records that ought to be there and are not.
struct Gap {
  std::string source;  // "journal of FCM2250"
  Interval span;       // from the last record to the death or the next record
  std::string text;
  std::vector<Citation> cites;
};

enum class Normality : uint8_t { Normal, Anomalous, TooFewSamples, NoFigures };
std::string_view to_string(Normality normality);

// A subsystem before the death, against its own past.
struct Baseline {
  std::string subsystem;  // "cpu", "memory", "network", "disk", ...
  std::string series;     // "cpu usage_idle cpu=cpu-total"; empty with NoFigures
  Normality verdict = Normality::NoFigures;
  std::string text;
  uint64_t samples = 0;       // in the baseline
  uint64_t tail_samples = 0;  // in the last stretch that is compared with it
  double median = 0;          // of the baseline
  double spread = 0;          // 1.4826 x median absolute deviation
  double tail_median = 0;
  std::vector<Citation> cites;
  std::optional<SeriesId> figures;  // the series; nothing with NoFigures
  bool rate = false;                // a counter, judged by its growth per second
  std::optional<Ns> until;          // UTC of its last sample before the death
};

// What was not watching, and what would have been.
struct BlindSpot {
  std::string id;  // "panic-capture"
  std::string text;
  std::string close;  // what to do so that the next time it is seen
  std::vector<Citation> cites;
};

// A crash report that belongs to a death: of the boot that died, or what the next one says of it.
struct CrashReport {
  Crash crash;
  std::optional<Moment> time;   // of its first line
  std::vector<Citation> cites;  // one for each log that kept it
};

struct Action {
  std::string text;
  std::string command;  // exact, may be empty
};

// A conclusion drawn from facts of one host: how it is set up, and what that does to the next crash or did to this one.
struct Finding {
  std::string id;    // "command-line-differs"; the same for the same question
  std::string host;  // empty where the evidence names none
  std::string text;  // what is so
  std::string why;   // why it matters
  Action action;     // what to do; empty texts: nothing
  std::vector<Citation> cites;
};

// Something that was changed before a death: a package, a setting, a thing that a person noted.
struct Change {
  std::optional<Moment> time;
  std::string source;  // "apt", "person", "boot"
  std::string text;
  std::vector<Citation> cites;
  bool inferred = false;    // concluded from a difference between two boots, not recorded as a change
  bool since_good = false;  // not before the last boot that ended in order had started
};

// One term of the sum that a hypothesis is weighed by.
struct Contribution {
  std::string text;
  double log_odds = 0;  // natural logarithm of a likelihood ratio; 0: said already by what counts more
  std::string rule;     // its id; empty where no rule says it
  std::vector<Citation> cites;
};

// One explanation of a death. Its weight is base x exp(sum of the contributions); its probability is its share in the
// weights of all that are not ruled out.
struct Hypothesis {
  std::string id;
  std::string title;
  std::string kind;     // root-cause, trigger, symptom, mechanism
  std::string explain;  // what it says, in a sentence or two
  double probability = 0;
  std::string status;  // likely, possible, unlikely, ruled-out
  double base = 0;     // among deaths of this class, before anything else is known
  std::string base_reason;
  std::string base_source;
  std::vector<std::string> concerns;  // words that changes to what it is about would have: "GPU", "vfio_pci"
  std::vector<Contribution> sum;
  std::vector<Statement> speaks_for;
  std::vector<Statement> against;
  std::vector<Statement> missing;
  std::vector<Action> actions;
};

// What something that is known is to the death.
struct Role {
  std::string role;  // root-cause, trigger, symptom
  std::string text;
  std::vector<Citation> cites;
};

// How long a host must run without a failure before a change may be said to have mended it.
struct CleanRun {
  size_t failures = 0;
  Ns observed = 0;  // that it ran, up to its last failure
  Ns thrice = 0;    // three times the mean time between failures
  Ns sure = 0;      // 95 % certain that the rate fell below what it was: Bayes, with Jeffreys' prior
  std::string text;
  std::vector<Citation> cites;
};

// Something that was done about a death, after it or by a setting.
struct Mitigation {
  std::string text;
  std::string judgement;  // what it does, and what it does not
  bool hides = false;     // it takes evidence away
  std::vector<Citation> cites;
};

struct Contradiction {
  std::string id;
  std::string text;
  std::vector<Citation> cites;
};

struct Culprit {
  std::string module;
  std::string function;
  std::string subsystem;
};

struct Incident {
  std::string host;
  std::string incident_class;  // of DESIGN.md's list: "silent-hang", "kernel-panic", ...
  std::string title;
  std::string signature;
  bool survived = false;                 // no death: `death` is when it happened, and its own log goes on or just ends
  std::vector<Statement> verdict;        // three lines at most, the most important first
  std::vector<Statement> class_reasons;  // why this class, and what it does not exclude
  Interval death;
  Interval reset;          // when the kernel that followed started
  std::string death_text;  // how the window comes about
  std::string reset_text;
  std::vector<Citation> death_cites;
  std::vector<Citation> reset_cites;
  Culprit culprit;                   // empty strings: not known
  std::vector<CrashReport> crashes;  // fatal ones first, then in the order of time
  std::vector<Witness> witnesses;
  std::vector<TimelineEntry> timeline;
  std::vector<Baseline> baselines;
  std::vector<Gap> gaps;
  std::vector<Change> changes;  // the latest first
  std::vector<Role> roles;      // root cause, then triggers, then symptoms; empty where nothing is known
  std::vector<Hypothesis> hypotheses;
  std::vector<BlindSpot> blind_spots;
  std::vector<Action> actions;
  std::vector<Contradiction> contradictions;
  std::vector<Mitigation> mitigations;
  std::optional<CleanRun> clean_run;  // nothing: how long it ran before it failed is not known
};

// The answer to one examination.
struct Inquiry {
  std::vector<Host> hosts;
  std::vector<Incident> incidents;
  std::vector<Coverage> coverage;      // who was watching, and when
  std::vector<Finding> findings;       // what the facts of each host show
  std::vector<Statement> assumptions;  // zones, years, names that were not said but needed
  std::vector<Statement> notes;        // what a reader should know where there is no incident, or beside it
};

}  // namespace inquest::model
