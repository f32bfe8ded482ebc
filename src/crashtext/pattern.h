// What a crash looks like: the table that src/crashtext/patterns/*.toml is compiled into.
//
// To add a pattern, add a [[family.pattern]] (or a family, with a header that no other has) to one of those files;
// docs/crash-patterns.md explains the keys. The build checks the file, and the tests check that its samples are
// recognised by it and by no other pattern.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace inquest::crashtext {

// One step of looking for the guilty frames.
struct Step {
  enum class Kind : uint8_t {
    Find,   // the first line on which `regex` matches; what it captures is a frame
    Trace,  // all frames from there up to the next step's line or the next trace
  };
  Kind kind;
  std::string_view regex;  // of Find
};

// Which of the frames that were found is the guilty one.
enum class Pick : uint8_t {
  First,  // the first
  Stall,  // the one before an anchor (a syscall's entry, a dispatcher), because a loop is caught anywhere inside
  Hang,   // rtnl_lock and synchronize_rcu before all else; otherwise the first that does not just wait
};

struct Pattern {
  std::string_view id;
  std::string_view title;   // RE2, matched against the report's text
  std::string_view needle;  // words that stand in whatever `title` matches; empty: none is known
  std::string_view report;  // RE2; where the title matches and this does not, the report is corrupted
  std::string_view format;  // "{1}": what the title (or `report`) captured, and then the guilty frames
  std::span<const std::string_view> alt;
  std::string_view type;                   // empty: by the title's beginning (types.toml)
  std::span<const Step> steps;             // none: no frame is looked for
  std::span<const Step> fallback;          // tried where `steps` leads to nothing
  std::span<const std::string_view> skip;  // RE2: frames that are never guilty here
  Pick pick = Pick::First;
  bool trace = true;           // a report without any stack trace is corrupted
  bool corrupted = false;      // the line alone says that the rest was lost
  bool previous_boot = false;  // speaks of the boot before
  bool general = false;        // only where no other pattern matches
  std::string_view follow;     // RE2: lines after the first that belong to a report of one line
};

// Patterns whose line contains one of the same few words.
struct Family {
  std::string_view header;                   // every report of the family has it in its first line
  std::span<const std::string_view> ignore;  // RE2: lines that have the header but are no report
  std::span<const Pattern> patterns;         // the first that matches earliest in the text wins
  bool generic = true;     // a line with the header that no pattern knows is still a report, titled with itself
  bool continues = false;  // in the middle of a report it belongs to that, and does not start one
  bool event = false;      // a report is a line and what follows it; it stands in nobody's way
  bool common = false;  // programs log this header, too: without a pattern, the line must be known to be the kernel's
  bool userspace = false;  // not printed by the kernel, so also found on lines that are not the kernel's
};

// What a kind of event does to a host: a report that says "panicked" is fatal whatever its kind.
enum class Severity : uint8_t {
  Fatal,    // the kernel, or what the host was there for, does not go on after it
  Error,    // it was survived, and is not what a sound host prints
  Warning,  // a hint at most
};

// A kind of crash, for people and for the JSON output.
struct Type {
  std::string_view name;     // "KASAN-READ", "HW-MCE"
  std::string_view meaning;  // one line
  Severity severity = Severity::Fatal;
  std::span<const std::string_view> prefixes;  // of titles that have this type
};

// Rules about frames that hold for every pattern.
struct FrameRules {
  std::span<const std::string_view> skip;      // RE2: functions that are never guilty
  std::span<const std::string_view> prefixes;  // of syscalls' names: "__x64_sys_"
  std::span<const std::string_view> anchors;   // RE2: of Pick::Stall
  std::span<const std::string_view> waiting;   // words: of Pick::Hang
};

// The whole table, in the order in which families are tried. Constant data: nothing is compiled by asking for it.
std::span<const Family> families();
// In the order in which prefixes are tried.
std::span<const Type> types();
const FrameRules& frame_rules();

// The type of a title by its beginning; empty where none fits.
std::string_view type_of_title(std::string_view title);

// Of a type by its name; Error for one that is not in the table, because nothing is known of it.
Severity severity_of_type(std::string_view name);

// "fatal", "error", "warning".
std::string_view to_string(Severity severity);

}  // namespace inquest::crashtext
