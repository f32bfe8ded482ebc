#include "rules/matcher.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <new>
#include <utility>

#include <fmt/format.h>
#include <hs/hs.h>

namespace inquest::rules {
namespace {

constexpr uint32_t kNever = std::numeric_limits<uint32_t>::max();

struct Pattern {
  uint32_t rule;
  const Regex* regex;
  bool sure = false;  // what vectorscan finds of it needs no confirmation
};

// Whether a match might go on behind the end of its line, seeing many lines at once.
bool stays_in_line(std::string_view source) {
  constexpr std::string_view kFar[] = {"\\s", "\\W", "\\D", "\\C", "\\n", "\\x", "\\p", "\\P", "[^", "[[:", "(?"};
  return std::ranges::none_of(kFar, [&](std::string_view far) {
    // Of groups only those that do not capture are without a meaning of their own.
    for (size_t at = source.find(far); at != std::string_view::npos; at = source.find(far, at + 1)) {
      if (far != "(?" || source.substr(at, 3) != "(?:") return true;
    }
    return false;
  });
}

// The patterns of some rules of a base, numbered in its order.
std::vector<Pattern> patterns_of(const KnowledgeBase& base, bool builtin) {
  std::vector<Pattern> out;
  const auto rules = base.rules();
  for (uint32_t i = 0; i < rules.size(); ++i) {
    if (rules[i].file.empty() != builtin) continue;
    for (const Regex& regex : rules[i].match) out.push_back({i, &regex});
  }
  return out;
}

struct DatabaseDeleter {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
using Database = std::unique_ptr<hs_database_t, DatabaseDeleter>;

// Lines are matched many at a time, so that ^ and $ are a line's. What may have gone on in the next line (a run of
// blanks, or of anything but some character) is confirmed on its own.
constexpr unsigned kFlags = HS_FLAG_MULTILINE;

// Whether the library can say exactly what the expression says; if not, it can look for something that it implies.
bool exact(const std::string& source, const hs_platform_info_t* platform) {
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t status = hs_compile(source.c_str(), kFlags, HS_MODE_BLOCK, platform, &database, &error);
  hs_free_compile_error(error);
  hs_free_database(database);
  return status == HS_SUCCESS;
}

Result<Database> compiled(const KnowledgeBase& base, std::vector<Pattern>& patterns,
                          const hs_platform_info_t* platform) {
  std::vector<const char*> sources;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
  for (size_t i = 0; i < patterns.size(); ++i) {
    const std::string& source = patterns[i].regex->source();
    sources.push_back(source.c_str());
    const bool as_it_is = exact(source, platform);
    patterns[i].sure = as_it_is && stays_in_line(source);
    flags.push_back(as_it_is ? kFlags : kFlags | HS_FLAG_PREFILTER);
    ids.push_back(static_cast<unsigned>(i));
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t status =
      hs_compile_multi(sources.data(), flags.data(), ids.data(), static_cast<unsigned>(ids.size()), HS_MODE_BLOCK,
                       platform, &database, &error);
  if (status == HS_SUCCESS) return Database(database);
  std::string why = "patterns that cannot be matched";
  if (error != nullptr && error->expression >= 0) {
    const Pattern& pattern = patterns[static_cast<size_t>(error->expression)];
    why = fmt::format("{}: {}: {}", base.rules()[pattern.rule].id, pattern.regex->source(), error->message);
  }
  hs_free_compile_error(error);
  return fail(ErrorCode::Failed, std::move(why));
}

// A byte for each pattern, whether it is sure, and the database. Null where that is not of these patterns, or of
// another version of the library than the program runs with.
hs_database_t* deserialised(std::string_view bytes, std::vector<Pattern>& patterns) {
  if (bytes.size() <= patterns.size()) return nullptr;
  const std::string_view database = bytes.substr(patterns.size());
  hs_database_t* ready = nullptr;
  if (hs_deserialize_database(database.data(), database.size(), &ready) != HS_SUCCESS) return nullptr;
  for (size_t i = 0; i < patterns.size(); ++i) patterns[i].sure = bytes[i] != 0;
  return ready;
}

}  // namespace

class Matcher::Automaton {
 public:
  Automaton(std::vector<Pattern> all, Database compiled_database)
      : patterns(std::move(all)), database(std::move(compiled_database)) {}

  std::vector<Pattern> patterns;
  Database database;
};

Matcher::Matcher(const KnowledgeBase& base) : base_(&base) {}
Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

Result<Matcher> Matcher::make(const KnowledgeBase& base, std::string_view serialised) {
  Matcher matcher(base);
  for (const bool builtin : {true, false}) {
    std::vector<Pattern> patterns = patterns_of(base, builtin);
    if (patterns.empty()) continue;
    if (hs_database_t* const ready = builtin ? deserialised(serialised, patterns) : nullptr; ready != nullptr) {
      matcher.automata_.push_back(std::make_unique<Automaton>(std::move(patterns), Database(ready)));
      continue;
    }
    auto database = compiled(base, patterns, nullptr);
    if (!database) return fail(database.error());
    matcher.automata_.push_back(std::make_unique<Automaton>(std::move(patterns), std::move(*database)));
  }
  return matcher;
}

Result<Matcher> Matcher::compile(const KnowledgeBase& base) { return make(base, {}); }

Result<std::string> Matcher::serialised(const KnowledgeBase& base) {
  const hs_platform_info_t generic{HS_TUNE_FAMILY_GENERIC, 0, 0, 0};
  std::vector<Pattern> patterns = patterns_of(base, true);
  // compile_rules reads them from files.
  if (patterns.empty()) patterns = patterns_of(base, false);
  if (patterns.empty()) return std::string();
  const auto database = compiled(base, patterns, &generic);
  if (!database) return fail(database.error());
  char* bytes = nullptr;
  size_t length = 0;
  if (hs_serialize_database(database->get(), &bytes, &length) != HS_SUCCESS)
    return fail(ErrorCode::Failed, "the compiled patterns cannot be written down");
  std::string out;
  for (const Pattern& pattern : patterns) out += static_cast<char>(pattern.sure);
  out.append(bytes, length);
  std::free(bytes);  // NOLINT(cppcoreguidelines-no-malloc): the library's allocator
  return out;
}

bool Matcher::listens_to(std::string_view ident) const {
  return std::ranges::any_of(base_->rules(),
                             [&](const Rule& rule) { return !rule.match.empty() && rule.source.admits(ident); });
}

struct LineScanner::State {
  explicit State(const Matcher& with) : matcher(&with) {
    for (const auto& automaton : with.automata_) {
      if (hs_alloc_scratch(automaton->database.get(), &scratch) != HS_SUCCESS) throw std::bad_alloc();
      tried.emplace_back(automaton->patterns.size(), kNever);
    }
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { hs_free_scratch(scratch); }

  // A pattern ends at `to`.
  void found(unsigned id, uint32_t to) {
    // Ends come in rising order, so that the line is mostly the one of before, or the next.
    while (at + 1 < lines.size() && lines[at + 1].begin < to) ++at;
    const Line& line = lines[at];
    if (to <= line.begin || tried[current][id] == at) return;
    tried[current][id] = at;
    const Pattern& pattern = matcher->automata_[current]->patterns[id];
    if (!matcher->base().rules()[pattern.rule].source.admits(line.ident)) return;
    if (pattern.sure || pattern.regex->found_in(block.substr(line.begin, line.end - line.begin)))
      hits->push_back({at, pattern.rule});
  }

  const Matcher* matcher;
  hs_scratch_t* scratch = nullptr;
  std::vector<std::vector<uint32_t>> tried;  // of each automaton, of each pattern: the last line that it was tried on
  // Of the scan that goes on.
  std::string_view block;
  std::span<const Line> lines;
  std::vector<Hit>* hits = nullptr;
  size_t current = 0;
  uint32_t at = 0;
};

LineScanner::LineScanner(const Matcher& matcher) : state_(std::make_unique<State>(matcher)) {}
LineScanner::~LineScanner() = default;
LineScanner::LineScanner(LineScanner&&) noexcept = default;
LineScanner& LineScanner::operator=(LineScanner&&) noexcept = default;

void LineScanner::scan(std::string_view block, std::span<const Line> lines, std::vector<Hit>& hits) {
  hits.clear();
  if (lines.empty() || block.size() > kMostBlock) return;
  State& state = *state_;
  state.block = block;
  state.lines = lines;
  state.hits = &hits;
  const auto& automata = state.matcher->automata_;
  for (state.current = 0; state.current < automata.size(); ++state.current) {
    state.at = 0;
    std::ranges::fill(state.tried[state.current], kNever);
    hs_scan(
        automata[state.current]->database.get(), block.data(), static_cast<unsigned>(block.size()), 0, state.scratch,
        [](unsigned id, unsigned long long, unsigned long long to, unsigned, void* context) {
          static_cast<State*>(context)->found(id, static_cast<uint32_t>(to));
          return 0;
        },
        &state);
  }
  if (hits.empty()) return;
  std::ranges::sort(hits);
  hits.erase(std::ranges::unique(hits).begin(), hits.end());

  const auto rules = state.matcher->base().rules();
  const auto hides = [&](const Hit& by, const Hit& hit) {
    const Rule& rule = rules[by.rule];
    return rule.condition.empty() && std::ranges::find(rule.hides, rules[hit.rule].id) != rule.hides.end();
  };
  std::vector<Hit> kept;
  for (auto first = hits.begin(); first != hits.end();) {
    const auto next = std::find_if(first, hits.end(), [&](const Hit& hit) { return hit.line != first->line; });
    std::copy_if(first, next, std::back_inserter(kept), [&](const Hit& hit) {
      return next - first == 1 || std::none_of(first, next, [&](const Hit& by) { return hides(by, hit); });
    });
    first = next;
  }
  hits = std::move(kept);
}

}  // namespace inquest::rules
