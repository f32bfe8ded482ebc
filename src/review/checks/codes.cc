// Do numbers out of the kernel's messages mean what the report says: exit statuses, signals, errors, machine checks,
// AER?
#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/errno_name.h"
#include "crashtext/exit_status.h"
#include "crashtext/xid.h"
#include "review/check.h"
#include "review/object.h"
#include "review/regex.h"

namespace inquest::review {
namespace {

constexpr std::string_view kWait = "https://man7.org/linux/man-pages/man2/wait.2.html";
constexpr std::string_view kSignals = "https://man7.org/linux/man-pages/man7/signal.7.html";
constexpr std::string_view kErrno = "https://man7.org/linux/man-pages/man3/errno.3.html";
constexpr std::string_view kMca = "https://docs.kernel.org/arch/x86/x86_64/machinecheck.html";
constexpr std::string_view kAer = "https://docs.kernel.org/PCI/pcieaer-howto.html";
constexpr std::string_view kXid = "https://docs.nvidia.com/deploy/xid-errors/index.html";

bool bit(uint64_t value, unsigned number) { return (value >> number & 1U) != 0; }

// The sentence and those that follow it in its section and explain it: at most three.
std::vector<size_t> explanations(const Subject& subject, size_t index) {
  const auto& statements = subject.text.statements;
  std::vector<size_t> out = {index};
  for (size_t i = index + 1; i < statements.size() && out.size() < 4; ++i) {
    if (statements[i].kind == Kind::Heading || statements[i].section != statements[index].section) break;
    if (statements[i].kind != Kind::Code) out.push_back(i);
  }
  return out;
}

// "exitcode=0x0000000b": a wait status, and what is made of it.
void exit_statuses(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex code(
      R"(\b(?:exit[- ]?)?(?:status|code)\b\s*(?:of|is|was|von|war|ist|=|:)?\s*(\d{1,5})\b|\b(?:exit(?:s|ed)?|terminat\w*|ended|beendet\w*)\s+(?:with|mit)\s+(\d{1,5})\b|\bexit\((\d{1,5})\))");
  static const Regex raw(
      R"(\b(?:ended|exited|exit|terminated|wait|process|beendet\w*|endete)\b.{0,24}\bstatus\s*(?:=|:|of|von)?\s*0x([0-9a-f]{1,2}00)\b)");
  static const Regex signal(R"(\bsignal\s+(\d{1,2})\b)");
  static const Regex name(R"(\b(?-i:(SIG[A-Z]{3,6}))\b)");
  static const Regex denied(R"(\b(not|nicht|kein\w*|never|rather than|statt)\b|n't\b)");
  const auto& statements = subject.text.statements;
  std::vector<std::pair<size_t, uint32_t>> told;
  for (size_t i = 0; i < statements.size(); ++i) {
    auto status = crashtext::find_exit_status(statements[i].text);
    // "ended with status 0x8b00": so many digits are a wait status.
    if (const auto g = raw.find(statements[i].text); !status && !g.empty()) {
      if (const auto value = parse_int<uint32_t>(g[1].text, 16)) status = crashtext::ExitStatus{*value};
    }
    if (!status) continue;
    for (const size_t at : explanations(subject, i)) {
      const Statement& statement = statements[at];
      if (statement.kind == Kind::Code || statement.withdrawn || denied.found_in(statement.text)) continue;
      if (std::ranges::find(told, std::pair(at, status->raw)) != told.end()) continue;
      std::string wrong;
      if (const auto g = signal.find(statement.text); !g.empty()) {
        if (parse_int<int>(g[1].text) != status->signal()) wrong = g[0].text;
      } else if (const auto n = name.find(statement.text); !n.empty()) {
        const auto* const known = crashtext::find_signal(n[1].text);
        if (known != nullptr && known->number != status->signal()) wrong = n[0].text;
      } else if (const auto c = code.find(statement.text); !c.empty()) {
        const auto number = parse_int<int>(c[1] ? c[1].text : c[2] ? c[2].text : c[3].text);
        if (status->signalled() || number != status->code()) wrong = c[0].text;
      }
      if (wrong.empty()) continue;
      told.emplace_back(at, status->raw);
      object(
          subject, out, at, "exit-status-mismatch",
          fmt::format("{:#010x} is a wait status: the low byte holds the signal, the byte above it what was given to "
                      "exit(). It says {}, not \"{}\".",
                      status->raw, status->text(), wrong),
          {kWait}, {statements[i].line});
    }
  }
}

// "signal 11 (SIGKILL)", "exit code 137 ... SIGTERM".
void signals(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex pair(
      R"(\bsignal\s+(\d{1,2})\s*(?:\(|=|,|:|is|ist)?\s*(?-i:(SIG[A-Z]{3,6}))\b|\b(?-i:(SIG[A-Z]{3,6}))\s*\(\s*(?:signal )?(\d{1,2})\s*\))");
  static const Regex shell(
      R"(\bexit(?:ed)?[ -]?(?:status|code)?\b[^.;0-9]{0,16}\b(1(?:29|[3-9]\d))\b[^.;]{0,60}?\b(?-i:(SIG[A-Z]{3,6}))\b)");
  const auto& statements = subject.text.statements;
  for (size_t i = 0; i < statements.size(); ++i) {
    if (statements[i].withdrawn || statements[i].kind == Kind::Code) continue;
    for (const auto& g : pair.find_all(statements[i].text, 10)) {
      const auto number = parse_int<int>(g[1] ? g[1].text : g[4].text);
      const auto* const known = crashtext::find_signal(g[2] ? g[2].text : g[3].text);
      if (!number || known == nullptr || known->number == *number) continue;
      object(subject, out, i, "signal-mismatch",
             fmt::format("{} is signal {}, not {}.", known->name, known->number, *number), {kSignals});
    }
    if (const auto g = shell.find(statements[i].text); !g.empty()) {
      const auto number = parse_int<int>(g[1].text);
      const auto* const known = crashtext::find_signal(g[2].text);
      const auto* const real = crashtext::find_signal(number.value_or(0) - 128);
      if (number && known != nullptr && real != nullptr && known->number != real->number) {
        object(subject, out, i, "signal-mismatch",
               fmt::format("A shell's {} is 128 + {}: {}, not {}.", *number, real->number, real->name, known->name),
               {kSignals});
      }
    }
  }
}

// "error -5 (ENOMEM)".
void errors(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex pair(
      R"(\b(?:error|errno|err|rc|ret|returned|status|code|fehler)\s*(?:=|:|code|number|nummer)?\s*-?(\d{1,3})\s*(?:\(|=|,|:|means|is|bedeutet|ist|i\.e\.)\s*-?\(?(?-i:(E[A-Z]{2,11}))\b|\b(?-i:(E[A-Z]{2,11}))\s*\(\s*-?(\d{1,3})\s*\))");
  const auto& statements = subject.text.statements;
  for (size_t i = 0; i < statements.size(); ++i) {
    if (statements[i].withdrawn || statements[i].kind == Kind::Code) continue;
    for (const auto& g : pair.find_all(statements[i].text, 10)) {
      const auto number = parse_int<int>(g[1] ? g[1].text : g[4].text);
      const auto* const known = crashtext::find_errno(g[2] ? g[2].text : g[3].text);
      if (!number || known == nullptr || known->number == *number) continue;
      const auto* const real = crashtext::find_errno(*number);
      object(subject, out, i, "errno-mismatch",
             fmt::format("{} is error {} on Linux; {} is {}.", known->name, known->number, *number,
                         real == nullptr ? std::string("none") : fmt::format("{} ({})", real->name, real->text)),
             {kErrno});
    }
  }
}

// "status be00000000800400 ... a corrected error".
void machine_checks(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex status(
      R"(\b(?:MCi?\d*_STATUS|STATUS|machine check|MCE|Bank \d+)\b[^.;]{0,50}?\b(?:0x)?([0-9a-f]{16})\b)");
  static const Regex uncorrected(R"(\b(uncorrect(ed|able)|fatal|unkorrigier\w*|nicht korrigier\w*)\b)");
  static const Regex corrected(R"((^|[^a-zäöü])(correct(ed|able)|korrigier\w*)\b)");
  static const Regex denied(R"(\b(not|nicht|kein\w*|never|no)\b|n't\b)");
  const auto& statements = subject.text.statements;
  for (size_t i = 0; i < statements.size(); ++i) {
    const auto g = status.find(statements[i].text);
    if (g.empty()) continue;
    static const Regex other(R"(\b(MISC|ADDR|SYND|IPID|TSC)\S*\s*(0x)?$)");
    if (other.found_in(std::string_view(statements[i].text).substr(0, g[1].at))) continue;
    const auto value = parse_int<uint64_t>(g[1].text, 16);
    if (!value || !bit(*value, 63)) continue;
    const bool fatal = bit(*value, 61);
    for (const size_t at : explanations(subject, i)) {
      const Statement& statement = statements[at];
      if (statement.kind == Kind::Code || statement.withdrawn || denied.found_in(statement.text)) continue;
      // Words about another status, of its own.
      if (at != i && status.found_in(statement.text)) break;
      const bool says_uncorrected = uncorrected.found_in(statement.text);
      const bool says_corrected = !says_uncorrected && corrected.found_in(statement.text);
      if (!(fatal ? says_corrected : says_uncorrected)) continue;
      object(subject, out, at, "mce-status-mismatch",
             fmt::format("In {} bit 61 (UC) is {}: the error is {}{}.", g[1].text, fatal ? "set" : "clear",
                         fatal ? "uncorrected" : "corrected",
                         bit(*value, 57) ? ", and bit 57 (PCC) says that the processor's context is corrupt" : ""),
             {kMca}, {statements[i].line});
      break;
    }
  }
}

struct AerName {
  std::string_view words;
  unsigned number;
};
constexpr auto kUncorrectable = std::to_array<AerName>({{"data link protocol", 4},
                                                        {"surprise (link )?down", 5},
                                                        {"poisoned tlp|poisoned packet", 12},
                                                        {"flow control", 13},
                                                        {"completion timeout|cmpltto", 14},
                                                        {"completer abort|cmpltabrt", 15},
                                                        {"unexpected completion|unxcmplt", 16},
                                                        {"receiver overflow|rxof", 17},
                                                        {"malformed|malftlp", 18},
                                                        {"ecrc", 19},
                                                        {"unsupported request|unsupreq", 20},
                                                        {"acs violation|acsviol", 21}});
constexpr auto kCorrectable = std::to_array<AerName>({{"receiver error|rxerr", 0},
                                                      {"bad tlp|badtlp", 6},
                                                      {"bad dllp|baddllp", 7},
                                                      {"rollover", 8},
                                                      {"replay timer|timer timeout", 12},
                                                      {"advisory non-?fatal|nonfatalerr", 13}});

// "error status 00100000: completion timeout".
void aer(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex status(
      R"(\b(aer_uncor_status|aer_cor_status|error status(?:/mask)?|uncorrectable (?:error )?status|correctable (?:error )?status|AER status|UESta|CESta)\b\W{0,5}(?:of |is |=|:)?\s*(?:0x)?([0-9a-f]{8})\b)");
  static const Regex denied(R"(\b(not|nicht|kein\w*|never|no)\b|n't\b)");
  static const Regex correctable(R"(((^|[^n])correctable|aer_cor|CESta|severity=Corrected|corrected error))");
  const auto& statements = subject.text.statements;
  for (size_t i = 0; i < statements.size(); ++i) {
    const auto g = status.find(statements[i].text);
    if (g.empty()) continue;
    const auto value = parse_int<uint32_t>(g[2].text, 16);
    if (!value) continue;
    const std::string around = subject.text.block_text(statements[i]);
    const bool uncor = contains_nocase(g[1].text, "uncor") || contains_nocase(g[1].text, "uesta");
    const bool minor = !uncor && correctable.found_in(around);
    const std::span<const AerName> names =
        minor ? std::span<const AerName>(kCorrectable) : std::span<const AerName>(kUncorrectable);
    std::string real;
    for (const AerName& name : names) {
      if (bit(*value, name.number))
        real += fmt::format("{}{}", real.empty() ? "" : ", ", name.words.substr(0, name.words.find_first_of("|(")));
    }
    if (real.empty()) continue;
    for (const size_t at : explanations(subject, i)) {
      const Statement& statement = statements[at];
      if (statement.kind == Kind::Code || statement.withdrawn || denied.found_in(statement.text)) continue;
      const AerName* wrong = nullptr;
      bool confirmed = false;
      for (const AerName& name : names) {
        if (!Regex(name.words).found_in(statement.text)) continue;
        confirmed = confirmed || bit(*value, name.number);
        if (!bit(*value, name.number)) wrong = &name;
      }
      if (wrong == nullptr || confirmed) continue;
      object(subject, out, at, "aer-status-mismatch",
             fmt::format("The {} status {} has the bits of: {}. Bit {} ({}) is clear.",
                         minor ? "correctable" : "uncorrectable", g[2].text, real, wrong->number,
                         wrong->words.substr(0, wrong->words.find_first_of("|("))),
             {kAer}, {statements[i].line});
      break;
    }
  }
}

struct XidWords {
  uint32_t number;
  std::string_view words;
};
constexpr auto kXidWords =
    std::to_array<XidWords>({{13, "graphics engine exception"},
                             {31, "mmu fault|page fault"},
                             {48, "double.?bit"},
                             {63, "row remapp\\w* (event|record)|page retirement (event|record)"},
                             {64, "(retirement|remapp\\w*) (recording )?fail\\w*"},
                             {74, "nvlink"},
                             {79, "fallen off the bus|fell off the bus|vom bus gefallen"},
                             {119, "gsp rpc timeout"}});

void xids(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex xid(R"(\bXid(?: error)?s?\W{0,3}(?:\(PCI[^)]*\)\W*)?(\d{1,3})\b)");
  static const Regex denied(R"(\b(not|nicht|kein\w*|unlike|anders als)\b|n't\b)");
  const auto& statements = subject.text.statements;
  for (size_t i = 0; i < statements.size(); ++i) {
    const Statement& statement = statements[i];
    if (statement.kind == Kind::Code || statement.withdrawn || denied.found_in(statement.text)) continue;
    const auto all = xid.find_all(statement.text, 3);
    if (all.size() != 1) continue;
    const auto number = parse_int<uint32_t>(all[0][1].text);
    const auto* const known = number ? crashtext::find_xid(*number) : nullptr;
    if (known == nullptr) continue;
    for (const XidWords& other : kXidWords) {
      if (other.number == *number || !Regex(other.words).found_in(statement.text)) continue;
      object(subject, out, i, "xid-mismatch",
             fmt::format("Xid {} is \"{}\"; what is said here is Xid {}.", *number, known->name, other.number), {kXid});
      break;
    }
  }
}

// "#PF: error_code(0x0000)": bit 1 says whether it was a write, bit 4 whether it was a fetch of code.
void page_faults(const Subject& subject, std::vector<Contradiction>& out) {
  static const Regex code(R"(\berror_code\(0x([0-9a-f]{1,8})\)|\bOops: ([0-9a-f]{4}) \[#)");
  static const Regex access(
      R"(\b(?:fault|access|zugriff)\b.{0,24}\b(?:was|is|war|ist)\s+(?:a |an |ein |eine )?(read|write|fetch|lese\w*|schreib\w*)\b|\b(?:tried to|trying to|versuchte zu) (read|write)\b.{0,60}\b(?:not mapped|NULL|address|adresse))");
  static const Regex denied(R"(\b(not|nicht|kein\w*|no)\b.{0,12}\b(read|write|lese\w*|schreib\w*)\b)");
  std::optional<uint32_t> value;
  size_t line = 0;
  for (const Statement& statement : subject.text.statements) {
    const auto g = code.find(statement.text);
    if (g.empty()) continue;
    const auto found = parse_int<uint32_t>(g[1] ? g[1].text : g[2].text, 16);
    if (!found || (value && *value != *found)) return;  // several faults: which one is meant is not sure
    value = found;
    line = statement.line;
  }
  if (!value) return;
  for (size_t i = 0; i < subject.text.statements.size(); ++i) {
    const Statement& statement = subject.text.statements[i];
    if (statement.kind == Kind::Code || statement.withdrawn || denied.found_in(statement.text)) continue;
    const auto g = access.find(statement.text);
    if (g.empty()) continue;
    const std::string word = lower(g[1] ? g[1].text : g[2].text);
    const bool write = word.starts_with("write") || word.starts_with("schreib");
    if (word == "fetch" ? bit(*value, 4) : write == bit(*value, 1)) continue;
    object(subject, out, i, "page-fault-mismatch",
           fmt::format("In the fault's error code {:#06x} bit 1 is {}: it was a {}.", *value,
                       bit(*value, 1) ? "set" : "clear",
                       bit(*value, 4)   ? "fetch of an instruction"
                       : bit(*value, 1) ? "write"
                                        : "read"),
           {"https://docs.kernel.org/admin-guide/bug-hunting.html"}, {line});
    return;
  }
}

void run(const Subject& subject, std::vector<Contradiction>& out) {
  page_faults(subject, out);
  exit_statuses(subject, out);
  signals(subject, out);
  errors(subject, out);
  machine_checks(subject, out);
  aer(subject, out);
  xids(subject, out);
}

}  // namespace

extern const Check codes_check;
const Check codes_check{"do numbers out of the kernel's messages mean what is said?", run};

}  // namespace inquest::review
