#include "report/wrap.h"

#include <algorithm>

#include "base/text.h"

namespace inquest::report {
namespace {

// A run of spans without a blank between them, and how many blanks come before it.
struct Word {
  size_t blanks = 0;
  Style blank_style = Style::Plain;
  std::vector<Span> parts;
  size_t width = 0;
};

void append(std::vector<Span>& to, std::string_view text, Style style) {
  if (text.empty()) return;
  if (!to.empty() && to.back().style == style) {
    to.back().text += text;
  } else {
    to.push_back({std::string(text), style});
  }
}

std::vector<Word> words(const Text& text) {
  std::vector<Word> out(1);
  for (const Span& span : text.spans()) {
    std::string_view rest = span.text;
    if (span.style == Style::Cite && !out.back().parts.empty()) {
      append(out.back().parts, rest, span.style);
      out.back().width += columns(rest);
      continue;
    }
    while (!rest.empty()) {
      const size_t blanks = std::min(rest.find_first_not_of(' '), rest.size());
      if (blanks > 0) {
        if (!out.back().parts.empty()) out.emplace_back();
        out.back().blanks += blanks;
        out.back().blank_style = span.style;
      }
      rest.remove_prefix(blanks);
      const std::string_view word = rest.substr(0, rest.find(' '));
      append(out.back().parts, word, span.style);
      out.back().width += columns(word);
      rest.remove_prefix(word.size());
    }
  }
  return out;
}

// Where a word is cut that has to be: after a slash, if there is one in the second half, so that parts of a path stay
// whole.
size_t cut(std::string_view word, size_t bytes) {
  const size_t slash = word.substr(0, bytes).rfind('/');
  return slash != std::string_view::npos && slash >= bytes / 2 ? slash + 1 : bytes;
}

// The bytes of the first `count` code points.
size_t bytes_of(std::string_view text, size_t count) {
  size_t at = 0;
  while (at < text.size() && count > 0) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
    --count;
  }
  return at;
}

class Wrapper {
 public:
  Wrapper(size_t width, LongWords long_words) : width_(std::max<size_t>(width, 1)), long_words_(long_words) {}

  void put(const Word& word) {
    if (word.parts.empty()) return;
    if (long_words_ == LongWords::Break && word.width > width_ && word.parts.back().style == Style::Cite &&
        word.parts.size() > 1) {
      return put_apart(word);
    }
    const bool fresh = lines_.back().width == 0;
    // The first blanks of a text are dropped like those at a break.
    if (!fresh && lines_.back().width + word.blanks + word.width > width_) {
      lines_.emplace_back();
    } else if (!fresh) {
      append(lines_.back().spans, std::string(word.blanks, ' '), word.blank_style);
      lines_.back().width += word.blanks;
    }
    for (const Span& part : word.parts) put_part(part);
  }

  std::vector<Line> take() { return std::move(lines_); }

 private:
  // Numbers that would be cut together with their word stand on their own.
  void put_apart(Word word) {
    Span cite = std::move(word.parts.back());
    word.parts.pop_back();
    word.width -= columns(cite.text);
    put(word);
    const size_t blanks = std::min(cite.text.find_first_not_of(' '), cite.text.size());
    cite.text.erase(0, blanks);
    put({blanks, cite.style, {cite}, columns(cite.text)});
  }

  void put_part(const Span& part) {
    std::string_view rest = part.text;
    size_t rest_width = columns(rest);
    while (long_words_ == LongWords::Break && lines_.back().width + rest_width > width_) {
      const size_t room = width_ - lines_.back().width;
      const std::string_view piece = rest.substr(0, cut(rest, bytes_of(rest, room)));
      const size_t piece_width = columns(piece);
      append(lines_.back().spans, piece, part.style);
      lines_.back().width += piece_width;
      rest.remove_prefix(piece.size());
      rest_width -= piece_width;
      lines_.emplace_back();
    }
    append(lines_.back().spans, rest, part.style);
    lines_.back().width += rest_width;
  }

  size_t width_;
  LongWords long_words_;
  std::vector<Line> lines_{1};
};

}  // namespace

std::vector<Line> wrap(const Text& text, size_t width, LongWords long_words) {
  Wrapper wrapper(width, long_words);
  for (const Word& word : words(text)) wrapper.put(word);
  return wrapper.take();
}

}  // namespace inquest::report
