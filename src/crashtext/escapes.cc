#include "crashtext/escapes.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "base/char_set.h"
#include "base/text.h"

namespace inquest::crashtext {
namespace {

struct Escape {
  std::string_view from;
  char to;
};

constexpr std::array kEntities = {Escape{"&lt;", '<'},   Escape{"&gt;", '>'},   Escape{"&amp;", '&'},
                                  Escape{"&quot;", '"'}, Escape{"&#39;", '\''}, Escape{"&#x27;", '\''},
                                  Escape{"&nbsp;", ' '}};
constexpr std::array kJson = {Escape{"\\u003c", '<'}, Escape{"\\u003e", '>'}, Escape{"\\u0026", '&'},
                              Escape{"\\\"", '"'}, Escape{"\\t", '\t'}};
// Lower case only, as pages write them: a kernel's own "<TASK>" and "<IRQ>" are none.
constexpr std::array<std::string_view, 9> kTags = {"pre", "code", "br", "span", "div", "p", "tt", "td", "tr"};
constexpr std::string_view kMarkdown = "_*[]<>#`|~";  // what a writer of Markdown escapes in a kernel's words

// The length of a page's tag at the start, "</pre>" or "<span class=x>"; 0 where there is none.
size_t tag_length(std::string_view text) {
  constexpr size_t kLongestTag = 256;
  const size_t end = text.substr(0, kLongestTag).find('>');
  if (end == std::string_view::npos) return 0;
  std::string_view inside = text.substr(1, end - 1);
  if (inside.starts_with('/')) inside.remove_prefix(1);
  const std::string_view name = inside.substr(0, inside.find_first_of(" /"));
  return std::ranges::find(kTags, name) == kTags.end() ? 0 : end + 1;
}

template <size_t N>
const Escape* find_in(const std::array<Escape, N>& table, std::string_view text) {
  const auto found = std::ranges::find_if(table, [&](const Escape& one) { return text.starts_with(one.from); });
  return found == table.end() ? nullptr : &*found;
}

constexpr CharSet kMarks("&\\<\x1b");  // one of these begins whatever is undone here

// The first mark at or behind `from`, or npos. Few lines have any, so sixteen characters are looked at together.
size_t find_mark(std::string_view line, size_t from) {
  using Bytes [[gnu::vector_size(16)]] = unsigned char;
  for (; line.size() - from >= sizeof(Bytes); from += sizeof(Bytes)) {
    Bytes chunk;
    std::memcpy(&chunk, line.data() + from, sizeof chunk);
    const auto found = (chunk == '&') | (chunk == '\\') | (chunk == '<') | (chunk == '\x1b');
    std::array<uint64_t, 2> any{};
    std::memcpy(any.data(), &found, sizeof found);
    if ((any[0] | any[1]) != 0) break;
  }
  return kMarks.find_in(line, from);
}

}  // namespace

std::string_view without_escapes(std::string_view line, std::string& scratch) {
  scratch.clear();
  size_t at = find_mark(line, 0);
  if (at == std::string_view::npos) return line;
  const bool json = line.starts_with("{\"log\":\"");
  bool changed = false;
  for (size_t copied = 0;; at = find_mark(line, copied)) {
    if (at == std::string_view::npos) {
      scratch += line.substr(copied);
      break;
    }
    scratch += line.substr(copied, at - copied);
    const std::string_view rest = line.substr(at);
    size_t length = 0;
    if (rest.front() == '\x1b') length = escape_length(rest);
    if (rest.front() == '<') length = tag_length(rest);
    const Escape* const escape = rest.front() == '&'            ? find_in(kEntities, rest)
                                 : json && rest.front() == '\\' ? find_in(kJson, rest)
                                                                : nullptr;
    if (escape != nullptr) {
      scratch += escape->to;
      length = escape->from.size();
    } else if (rest.front() == '\\' && rest.size() > 1 && kMarkdown.find(rest[1]) != std::string_view::npos) {
      scratch += rest[1];
      length = 2;
    } else if (length == 0) {
      scratch += rest.front();
      copied = at + 1;
      continue;
    }
    changed = true;
    copied = at + length;
  }
  if (changed) return scratch;
  scratch.clear();
  return line;
}

}  // namespace inquest::crashtext
