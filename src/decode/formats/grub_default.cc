// /etc/default/grub and /etc/default/grub.d/*.cfg: the command line that the next boot will get.
// Source: grub 2, util/grub-mkconfig.in (the files are sourced by /bin/sh) and util/grub.d/10_linux.in (how values are
// joined).
#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "decode/line_reader.h"

namespace inquest::decode {
namespace {

// A value that doubles itself line by line ("A=$A$A") must end somewhere; x86 takes 2 KiB of command line.
constexpr size_t kMaxValue = 16 * 1024;

using Variables = std::map<std::string, std::string, std::less<>>;

bool name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool name_part(char c) { return name_start(c) || (c >= '0' && c <= '9'); }

// The length of the name at the start of `text`, 0 for none.
size_t name_length(std::string_view text) {
  if (text.empty() || !name_start(text[0])) return 0;
  return static_cast<size_t>(std::ranges::find_if_not(text, name_part) - text.begin());
}

// The length of "NAME=" or "NAME+=" at the start of `text`, 0 for none.
size_t assignment_length(std::string_view text) {
  const size_t name = name_length(text);
  if (name == 0) return 0;
  if (text.substr(name).starts_with('=')) return name + 1;
  return text.substr(name).starts_with("+=") ? name + 2 : 0;
}

std::string_view rest_of_line(std::string_view text, size_t at) {
  return text.substr(at, std::min(text.find('\n', at), text.size()) - at);
}

// One shell word, as the shell would read it.
struct Word {
  std::string value;
  size_t end = 0;         // index after it
  bool unclosed = false;  // a quote or substitution in it is never closed; `value` is the line without quotes
  bool too_long = false;
};

// Reads words out of a script. Command substitutions are kept as they stand: nothing is run.
class Words {
 public:
  Words(std::string_view text, const Variables& variables) : text_(text), variables_(variables) {}

  Word read(size_t at) {
    word_ = {};
    start_ = at;
    at_ = at;
    while (at_ < text_.size() && !broken_ && !ends_word(text_[at_])) piece();
    if (broken_) {
      broken_ = false;
      const std::string_view line = rest_of_line(text_, start_);
      word_.value = trim(line);
      std::erase_if(word_.value, [](char c) { return c == '"' || c == '\''; });
      word_.unclosed = true;
      at_ = start_ + line.size();
    }
    word_.end = at_;
    word_.too_long = word_.value.size() > kMaxValue;
    word_.value.resize(std::min(word_.value.size(), kMaxValue));
    return std::move(word_);
  }

 private:
  static bool ends_word(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' || c == '&' || c == '|' || c == '<' || c == '>';
  }

  void piece() {
    switch (text_[at_]) {
      case '\'': return single_quoted();
      case '"': return double_quoted();
      case '\\': return escaped();
      default: return plain();
    }
  }

  void single_quoted() {
    for (++at_; more(); ++at_) {
      if (text_[at_] == '\'') {
        ++at_;
        return;
      }
      put(text_[at_]);
    }
  }

  void double_quoted() {
    for (++at_; more();) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return;
      }
      const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
      const bool escapes = std::string_view("\"\\$`\r\n").find(next) != std::string_view::npos;
      if (c == '\\' && escapes) {
        escaped();
      } else {
        plain();
      }
    }
  }

  void escaped() {
    if (++at_ >= text_.size()) return;
    const size_t line_end = text_.substr(at_).starts_with("\r\n") ? 2 : text_[at_] == '\n' ? 1 : 0;
    if (line_end == 0) put(text_[at_]);  // else the line goes on
    at_ += std::max<size_t>(line_end, 1);
  }

  // A character that quotes nothing, or a variable or substitution.
  void plain() {
    if (text_[at_] == '`') return keep_until('`', '\0');
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("$(")) {
      put('$');
      ++at_;
      return keep_until(')', '(');
    }
    if (rest[0] == '$') {
      const bool braces = rest.substr(1).starts_with('{');
      const size_t skip = braces ? 2 : 1;
      const std::string_view name = rest.substr(skip, name_length(rest.substr(skip)));
      const bool closed = !braces || rest.substr(skip + name.size()).starts_with('}');
      const auto known = variables_.find(name);
      if (!name.empty() && closed && known != variables_.end()) {
        if (word_.value.size() <= kMaxValue) word_.value += known->second;
        at_ += skip + name.size() + (braces ? 1 : 0);
        return;
      }
    }
    put(text_[at_++]);
  }

  // Keeps everything from an opening character to its closing one, pairs in between included.
  void keep_until(char close, char open) {
    size_t depth = 0;
    put(text_[at_]);
    for (++at_, depth = 1; more(); ++at_) {
      const char c = text_[at_];
      put(c);
      if (c == close && --depth == 0) {
        ++at_;
        return;
      }
      if (c == open) ++depth;
    }
  }

  // Whether there is more inside of a quote. Where the next line is an assignment, it was meant to be closed before:
  // otherwise one missing quote would swallow the rest of the file.
  bool more() {
    const bool swallows = at_ < text_.size() && text_[at_] == '\n' && assignment_length(text_.substr(at_ + 1)) != 0;
    broken_ = at_ >= text_.size() || swallows;
    return !broken_;
  }

  void put(char c) {
    if (word_.value.size() <= kMaxValue) word_.value += c;
  }

  std::string_view text_;
  const Variables& variables_;
  Word word_;
  size_t start_ = 0;
  size_t at_ = 0;
  bool broken_ = false;
};

class GrubDefault : public WholeReader {
 public:
  using WholeReader::WholeReader;

 private:
  void whole(std::string_view bytes) override {
    Words words(bytes, variables_);
    for (size_t at = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0; at < bytes.size();) {
      at = statement(bytes, at, words);
      const bool another = at < bytes.size() && bytes[at] == ';';
      at = another ? at + 1 : std::min(bytes.find('\n', at), bytes.size() - 1) + 1;
    }
    record();
  }

  // Reads one statement; returns where it ends, at a ";" or somewhere before the end of its line.
  size_t statement(std::string_view bytes, size_t at, Words& words) {
    at = std::min(bytes.find_first_not_of(" \t", at), bytes.size());
    if (bytes.substr(at).starts_with("export ")) at = std::min(bytes.find_first_not_of(" \t", at + 7), bytes.size());
    const size_t length = assignment_length(bytes.substr(at));
    if (length == 0) return at;
    const std::string_view name = bytes.substr(at, name_length(bytes.substr(at)));
    const bool append = bytes[at + length - 2] == '+';
    Word word = words.read(at + length);
    const size_t end = word.end;
    const std::string_view rest = trim(rest_of_line(bytes, end));
    const bool more = !rest.empty() && rest[0] != '#' && rest[0] != ';';
    assign(name, append, std::move(word), more ? rest : std::string_view{}, bytes.substr(at, end - at));
    return rest.starts_with(';') ? static_cast<size_t>(rest.data() - bytes.data()) : end;
  }

  void assign(std::string_view name, bool append, Word word, std::string_view rest, std::string_view source) {
    const Place place = place_of(source);
    if (word.unclosed) sink().problem(place, fmt::format("the value of {} has a quote that is never closed", name));
    if (word.too_long)
      sink().problem(place, fmt::format("the value of {} is longer than {} KiB", name, kMaxValue / 1024));
    // "A=1 B=2" sets both, "A=1 word" runs `word` and sets nothing.
    const auto words = split_blanks(rest);
    const bool sets = std::ranges::all_of(words, [](std::string_view part) { return assignment_length(part) != 0; });
    if (name.starts_with("GRUB_")) look_for_damage(name, word.value, rest, sets, place);
    const bool everywhere = name == "GRUB_CMDLINE_LINUX";
    const bool by_default = name == "GRUB_CMDLINE_LINUX_DEFAULT";
    if (!sets) {
      lost_ = lost_ || everywhere || by_default;
      return;
    }
    std::string& value = variables_[std::string(name)];
    value = append ? value + word.value : std::move(word.value);
    value.resize(std::min(value.size(), kMaxValue));
    if (everywhere) linux_ = place;
    if (by_default) default_ = place;
  }

  void look_for_damage(std::string_view name, const std::string& value, std::string_view rest, bool sets,
                       const Place& place) {
    const std::string shown = ellipsis(printable(value), 80);
    const std::string after = ellipsis(printable(rest), 80);
    std::string trouble;
    if (const size_t nested = value.find("GRUB_");
        nested != std::string::npos && assignment_length(std::string_view(value).substr(nested)) != 0) {
      trouble = fmt::format("an assignment stands inside the value of {}: update-grub reads \"{}\"", name, shown);
      if (!rest.empty()) trouble += fmt::format(" and leaves out \"{}\"", after);
    } else if (!rest.empty()) {
      trouble =
          sets ? fmt::format(R"(the value of {} ends early: update-grub reads "{}" and leaves out "{}")", name, shown,
                             after)
               : fmt::format("the value of {} has a blank outside of quotes: the shell runs \"{}\" and sets nothing",
                             name, after);
    }
    if (trouble.empty()) return;
    sink().problem(place, trouble + "; write the whole line anew, with one pair of quotes");
    if (std::string_view(name).starts_with("GRUB_CMDLINE_LINUX")) sink().fact({}, "grub.mangled", trouble, place);
  }

  // As 10_linux joins them for an entry that is not for recovery.
  void record() {
    if (lost_ || (!linux_ && !default_)) return;
    const std::string joined =
        fmt::format("{} {}", variables_["GRUB_CMDLINE_LINUX"], variables_["GRUB_CMDLINE_LINUX_DEFAULT"]);
    sink().fact({}, "grub.cmdline", trim(joined), default_ ? *default_ : *linux_);
  }

  Variables variables_;
  std::optional<Place> linux_;    // where GRUB_CMDLINE_LINUX was last set
  std::optional<Place> default_;  // ... and GRUB_CMDLINE_LINUX_DEFAULT
  bool lost_ = false;             // one of them is written so that the shell does not set it
};

Claim sniff(const Head& head) {
  size_t ours = 0;
  size_t assignments = 0;
  size_t others = 0;
  for (std::string_view line : head.lines(500)) {
    line = trim(line);
    if (line.empty() || line[0] == '#') continue;
    if (line.starts_with("export ")) line = trim(line.substr(7));
    if (assignment_length(line) != 0) {
      ++assignments;
      if (line.starts_with("GRUB_")) ++ours;
    } else if (assignments + others == 0 && !line.starts_with("if ") && !line.starts_with(". ")) {
      return Claim::No;
    } else {
      ++others;
    }
  }
  return ours != 0 && assignments >= others ? Claim::Certain : Claim::No;
}

std::unique_ptr<Reader> open(Sink& sink) { return std::make_unique<GrubDefault>(sink); }

}  // namespace

extern const Decoder grub_default_decoder;
const Decoder grub_default_decoder = {"grub_default", "/etc/default/grub: the command line of the next boot", sniff,
                                      open};

}  // namespace inquest::decode
