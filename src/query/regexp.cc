#include "query/regexp.h"

#include <fmt/format.h>
#include <re2/re2.h>

namespace inquest::query {
namespace {

// RE2 takes at most so much for a program and the automaton that it builds while it matches.
constexpr int64_t kMemory = 2 << 20;
constexpr size_t kMostSource = 64 << 10;

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// The bytes of the character at `at`, where an empty match steps over it.
size_t character_length(std::string_view text, size_t at) {
  size_t length = 1;
  while (at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80) ++length;
  return length;
}

}  // namespace

struct Regexp::Compiled {
  explicit Compiled(std::string_view source, const RE2::Options& options) : re(piece(source), options) {}
  RE2 re;
};

Regexp::Regexp(std::string source, std::unique_ptr<Compiled> compiled)
    : source_(std::move(source)), compiled_(std::move(compiled)) {}
Regexp::~Regexp() = default;

Result<Ref<Regexp>> Regexp::compile(std::string_view source) {
  if (source.size() > kMostSource) return fail(ErrorCode::Limit, "the regular expression is too long");
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemory);
  auto compiled = std::make_unique<Compiled>(source, options);
  if (!compiled->re.ok()) {
    const bool large = compiled->re.error_code() == RE2::ErrorPatternTooLarge;
    return fail(large ? ErrorCode::Limit : ErrorCode::Malformed,
                fmt::format("regular expression: {}", compiled->re.error()));
  }
  return Ref<Regexp>(new Regexp(std::string(source), std::move(compiled)));
}

bool Regexp::matches(std::string_view text) const { return RE2::PartialMatch(piece(text), compiled_->re); }

std::optional<std::pair<size_t, size_t>> Regexp::find(std::string_view text) const {
  re2::StringPiece match;
  if (!compiled_->re.Match(piece(text), 0, text.size(), RE2::UNANCHORED, &match, 1)) return std::nullopt;
  const auto at = static_cast<size_t>(match.data() - text.data());
  return std::pair(at, at + match.size());
}

std::vector<std::string_view> Regexp::groups(std::string_view text) const {
  std::vector<re2::StringPiece> found(static_cast<size_t>(compiled_->re.NumberOfCapturingGroups()) + 1);
  std::vector<std::string_view> out;
  if (!compiled_->re.Match(piece(text), 0, text.size(), RE2::UNANCHORED, found.data(),
                           static_cast<int>(found.size()))) {
    return out;
  }
  for (const auto& group : found) out.emplace_back(group.data() == nullptr ? "" : group.data(), group.size());
  return out;
}

std::string Regexp::replace_all(std::string_view text, std::string_view replacement) const {
  const auto& names = compiled_->re.NamedCapturingGroups();
  std::vector<re2::StringPiece> found(static_cast<size_t>(compiled_->re.NumberOfCapturingGroups()) + 1);
  const auto append_group = [&](std::string& out, std::string_view name) {
    size_t index = found.size();
    const bool digits = name.find_first_not_of("0123456789") == std::string_view::npos;
    if (digits && name.size() < 5) {
      index = 0;
      for (const char c : name) index = index * 10 + static_cast<size_t>(c - '0');
    } else if (const auto it = names.find(std::string(name)); it != names.end()) {
      index = static_cast<size_t>(it->second);
    }
    if (index < found.size())
      out.append(found[index].data() == nullptr ? "" : found[index].data(), found[index].size());
  };
  const auto expand = [&](std::string& out) {
    for (size_t at = 0; at < replacement.size(); ++at) {
      if (replacement[at] != '$') {
        out += replacement[at];
        continue;
      }
      const std::string_view rest = replacement.substr(at + 1);
      if (rest.starts_with('$')) {
        out += '$';
        ++at;
        continue;
      }
      const bool braces = rest.starts_with('{');
      size_t end = braces ? 1 : 0;
      while (end < rest.size() && is_name(rest[end])) ++end;
      const std::string_view name = rest.substr(braces ? 1 : 0, end - (braces ? 1 : 0));
      if (name.empty() || (braces && (end >= rest.size() || rest[end] != '}'))) {
        out += '$';
        continue;
      }
      append_group(out, name);
      at += end + (braces ? 1 : 0);
    }
  };

  std::string out;
  size_t at = 0;      // where to look
  size_t copied = 0;  // what is in `out`
  while (at <= text.size()) {
    if (!compiled_->re.Match(piece(text), at, text.size(), RE2::UNANCHORED, found.data(),
                             static_cast<int>(found.size()))) {
      break;
    }
    const auto begin = static_cast<size_t>(found[0].data() - text.data());
    const size_t end = begin + found[0].size();
    // An empty match right behind a match is none, as in Go.
    if (end > begin || begin > copied || begin == 0) {
      out.append(text.substr(copied, begin - copied));
      expand(out);
      copied = end;
    }
    if (end > begin) {
      at = end;
    } else {
      if (begin >= text.size()) break;
      at = begin + character_length(text, begin);
    }
  }
  out.append(text.substr(copied));
  return out;
}

std::vector<std::string_view> Regexp::split(std::string_view text, int64_t most) const {
  std::vector<std::string_view> out;
  if (most == 0) return out;
  if (!source_.empty() && text.empty()) return {text};
  size_t begin = 0;  // of the piece
  size_t at = 0;
  while (at <= text.size() && (most < 0 || out.size() + 1 < static_cast<size_t>(most))) {
    re2::StringPiece match;
    if (!compiled_->re.Match(piece(text), at, text.size(), RE2::UNANCHORED, &match, 1)) break;
    const auto from = static_cast<size_t>(match.data() - text.data());
    const size_t to = from + match.size();
    if (match.empty() && from >= text.size()) break;
    at = to > from ? to : from + character_length(text, from);
    if (to == 0) continue;  // an empty match at the start parts nothing
    if (match.empty() && from == begin && begin != 0) continue;
    out.push_back(text.substr(begin, from - begin));
    begin = to;
  }
  out.push_back(text.substr(begin));
  return out;
}

std::string Regexp::quote(std::string_view text) {
  constexpr std::string_view kMeaning = "\\.+*?()|[]{}^$";  // Go's list; RE2's QuoteMeta escapes more
  std::string out;
  for (const char c : text) {
    if (kMeaning.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace inquest::query
