#include "crashtext/title.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "crashtext/contains.h"
#include "crashtext/guilty.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr size_t kMostGroups = 12;
constexpr size_t kLongestTitle = 120;  // of what is taken from lines that ran into each other

// "KASAN: {1} in {2}" with its arguments; one that is missing is left out.
std::string filled(std::string_view format, const std::vector<std::string>& arguments) {
  std::string out;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] == '{' && i + 2 < format.size() && Scan::digit(format[i + 1]) && format[i + 2] == '}') {
      const auto index = static_cast<size_t>(format[i + 1] - '1');
      if (index < arguments.size()) out += arguments[index];
      i += 2;
    } else {
      out += format[i];
    }
  }
  return out;
}

struct Match {
  size_t start = 0;
  std::vector<std::string> groups;
};

std::optional<Match> match(const LazyRegex& regex, std::string_view text) {
  std::array<re2::StringPiece, kMostGroups> pieces;
  const int count = std::min(static_cast<int>(kMostGroups), 1 + regex.get().NumberOfCapturingGroups());
  if (count <= 0) return std::nullopt;  // not compiled: the build has checked that this does not happen
  const re2::StringPiece whole(text.data(), text.size());
  if (!regex.get().Match(whole, 0, whole.size(), re2::RE2::UNANCHORED, pieces.data(), count)) return std::nullopt;
  Match out;
  out.start = static_cast<size_t>(pieces[0].data() - text.data());
  for (size_t i = 1; i < static_cast<size_t>(count); ++i) {
    out.groups.emplace_back(pieces[i].data() == nullptr ? std::string()
                                                        : std::string(pieces[i].data(), pieces[i].size()));
  }
  return out;
}

// The same title with syscalls' prefixes left on, and stripped in other ways: older kernels' names of the same bug.
void add_alternatives(const Pattern& pattern, const std::vector<std::string>& groups, const GuiltyFrames& guilty,
                      Title& out) {
  const auto with = [&](auto&& name_of) {
    std::vector<std::string> arguments = groups;
    for (const GuiltyFrame& frame : guilty.frames) arguments.push_back(name_of(frame));
    return arguments;
  };
  const auto add = [&](const std::vector<std::string>& arguments, bool title_too) {
    if (title_too) {
      std::string title = filled(pattern.format, arguments);
      if (title != out.title) out.alt_titles.push_back(std::move(title));
    }
    for (const std::string_view alt : pattern.alt) out.alt_titles.push_back(filled(alt, arguments));
  };
  add(with([](const GuiltyFrame& frame) { return frame.function; }), false);
  add(with([](const GuiltyFrame& frame) { return frame.raw; }), true);
  for (const std::string_view prefix : frame_rules().prefixes) {
    const auto has = [&](const GuiltyFrame& frame) { return frame.raw.starts_with(prefix); };
    if (std::ranges::none_of(guilty.frames, has)) continue;
    add(with([&](const GuiltyFrame& frame) { return has(frame) ? frame.raw.substr(prefix.size()) : frame.raw; }), true);
  }
}

// The search through one family. A pattern whose title begins earlier in the text displaces the others; among those
// that begin at the same place, the first stands.
class TitleSearch {
 public:
  TitleSearch(const ReadyFamily& family, std::string_view text) : family_(family), text_(text), start_(text.size()) {}

  Title run() {
    // Nearly always the first line has the title. A pattern that only fits later lines could not displace it, so that
    // the whole text, which is a thousand times longer, is looked through only where no pattern fits the first line.
    const std::string_view first = text_.substr(0, text_.find('\n'));
    for (const ReadyPattern& pattern : family_.patterns) {
      if (contains(pattern.pattern->title.find("\\n") == std::string_view::npos ? first : text_,
                   pattern.pattern->needle)) {
        consider(pattern);
      }
    }
    if (!matched_) {
      for (const ReadyPattern& pattern : family_.patterns) {
        if (contains(text_, pattern.pattern->needle)) consider(pattern);
      }
    }
    if (out_.title.empty() && (family_.family->generic || matched_)) name_after_line();
    if (out_.corrupted.empty() && out_.pattern != nullptr && out_.pattern->pattern->corrupted) {
      out_.corrupted = "the line says only that the report before it was lost";
    }
    // A line's pattern has chosen its numbers: a bank of a processor, a code of a driver.
    const Numbers numbers = family_.family->event ? Numbers::Keep : Numbers::Generalise;
    for (std::string& title : out_.alt_titles) title = general_title(std::move(title), numbers);
    std::ranges::sort(out_.alt_titles);
    out_.alt_titles.erase(std::ranges::unique(out_.alt_titles).begin(), out_.alt_titles.end());
    out_.title = general_title(std::move(out_.title), numbers);
    return std::move(out_);
  }

 private:
  void consider(const ReadyPattern& pattern) {
    auto found = match(pattern.title, text_);
    if (!found || found->start > start_ || (found->start == start_ && !out_.title.empty())) return;
    if (found->start < start_) {
      out_ = {};
      start_ = found->start;
    }
    matched_ = true;
    if (pattern.report.given()) {
      found = match(pattern.report, text_);
      if (!found) return;
    }
    GuiltyFrames guilty;
    out_.corrupted.clear();
    if (!pattern.steps.empty()) {
      guilty = find_guilty(pattern, text_.substr(found->start));
      if (!guilty.complete) out_.corrupted = "no guilty frame was found in it";
    }
    std::vector<std::string> arguments = found->groups;
    for (const GuiltyFrame& frame : guilty.frames) arguments.push_back(frame.function);
    out_.pattern = &pattern;
    out_.title = filled(pattern.pattern->format, arguments);
    if (!guilty.frames.empty() && guilty.complete) out_.raw_function = guilty.frames.front().raw;
    add_alternatives(*pattern.pattern, found->groups, guilty, out_);
  }

  void name_after_line() {
    if (matched_) out_.corrupted = "it begins like a report of its kind, but does not go on like one";
    const size_t at = text_.find(family_.family->header);
    if (at == std::string_view::npos) return;
    out_.title = std::string(text_.substr(at, text_.substr(at).find('\n')));
  }

  const ReadyFamily& family_;
  std::string_view text_;
  size_t start_;
  bool matched_ = false;
  Title out_;
};

enum class Use : uint8_t { Always, Generalise, Keep };

struct Replacement {
  LazyRegex regex;
  std::string_view with;
  std::string_view only_if;  // one of these characters is there, else it cannot match
  Use use = Use::Always;
};

// In this order. After syzkaller's dynamicTitleReplacement.
const std::array<Replacement, 10>& replacements() {
  static const std::array<Replacement, 10> table = {{
      {LazyRegex(R"(syz-executor\.?[0-9]+((/|:)[0-9]+)?)"), "syz-executor", "0123456789"},
      {LazyRegex(R"(syzkaller[0-9]+((/|:)[0-9]+)?)"), "syzkaller", "0123456789"},
      {LazyRegex(R"(([^a-zA-Z0-9])(?:0x)?[0-9a-f]{6,})"), R"(\1ADDR)", "0123456789abcdef", Use::Generalise},
      // Names of drivers can be hexadecimal ("e1000e"), and those are what a line's pattern is about.
      {LazyRegex(R"(([^a-zA-Z0-9])(?:0x[0-9a-f]{4,}|[0-9a-f]{8,}))"), R"(\1ADDR)", "0123456789abcdef", Use::Keep},
      {LazyRegex(R"(([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}))"), "IP", "."},
      {LazyRegex(R"((\.\w+)(:[0-9]+)+)"), R"(\1:LINE)", ":"},
      {LazyRegex(R"(([a-zA-Z][a-zA-Z0-9_.]+)\+0x[0-9a-z]+/0x[0-9a-z]+)"), R"(\1)", "+"},
      {LazyRegex(R"(CPU#[0-9]+)"), "CPU", "#"},
      {LazyRegex(R"((\W)(\d+)(\W|$))"), R"(\1NUM\3)", "0123456789", Use::Generalise},
      {LazyRegex(R"((\d+){7,})"), "NUM", "0123456789"},
  }};
  return table;
}

}  // namespace

Title find_title(const ReadyFamily& family, std::string_view text) { return TitleSearch(family, text).run(); }

std::string general_title(std::string title, Numbers numbers) {
  constexpr size_t kReach = 4096;  // of a line that is no title any more; what is replaced only shrinks
  if (title.size() > kReach) title.resize(kReach);
  for (const Replacement& replacement : replacements()) {
    if ((numbers == Numbers::Keep ? replacement.use == Use::Generalise : replacement.use == Use::Keep)) continue;
    // Matches may overlap ("0,1,2"), so that one round need not be enough; each round that counts shortens the rest.
    for (int round = 0; round < 16 && title.find_first_of(replacement.only_if) != std::string::npos; ++round) {
      const std::string before = title;
      re2::RE2::GlobalReplace(&title, replacement.regex.get(),
                              re2::StringPiece(replacement.with.data(), replacement.with.size()));
      if (title == before) break;
    }
  }
  std::string out;
  for (size_t i = 0; i < std::min(title.size(), kLongestTitle); ++i) {
    const char c = title[i] == '\t' ? ' ' : title[i];
    if (c < 0x20 || c >= 0x7f) continue;
    if (c == ' ' && (out.empty() || out.back() == ' ')) continue;
    out += c;
  }
  return std::string(trim(out));
}

std::string find_corruption(const Title& title, std::string_view text) {
  static const LazyRegex stamp(R"(\[ *[0-9]+\.[0-9]+\])");
  if (title.title.find('[') != std::string::npos && stamp.found_in(title.title))
    return "another line's time stamp stands in its title";
  if (title.pattern == nullptr || !title.pattern->pattern->trace) return {};

  // Behind the first of each kind of heading, one of the next 15 lines must be a frame.
  constexpr size_t kNear = 15;
  bool any = false;
  std::vector<std::string_view> all = lines(text);
  std::array<bool, 7> seen{};
  for (size_t i = 0; i < all.size(); ++i) {
    if (!starts_trace(all[i])) continue;
    const auto has_words = [&](std::string_view words) { return contains(all[i], words); };
    const size_t kind = has_words("Call ")        ? 0
                        : has_words("Allocated")  ? 1
                        : has_words("Freed")      ? 2
                        : has_words("Backtrace:") ? 3
                        : has_words(" backtrace") ? 4
                        : has_words("Uninit")     ? 5
                                                  : 6;
    if (seen[kind]) continue;
    seen[kind] = true;
    if (all.size() - i < 3) return "its trace is cut off at the heading";
    bool found = false;
    for (size_t j = i + 1; j < all.size() && j <= i + kNear; ++j) {
      if (starts_trace(all[j])) break;
      if (is_frame(all[j]) || contains(all[j], "(stack is not available)")) {
        found = any = true;
        break;
      }
    }
    if (kind != 6 && !found) return "a trace in it has no frames";
  }
  return any ? std::string() : "there is no stack trace in it";
}

}  // namespace inquest::crashtext
