#include "crashtext/rust_name.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "crashtext/scan.h"

namespace inquest::crashtext {
namespace {

constexpr int kDeepest = 64;
constexpr int kMostSteps = 4096;  // references back could unfold without end
constexpr size_t kLongest = 512;

struct Identifier {
  std::string_view name;
  uint64_t disambiguator = 0;
};

// Reads the grammar from left to right and writes as it goes. Once something is wrong, `ok_` is false and stays so.
class Demangler {
 public:
  explicit Demangler(std::string_view text) : text_(text) {}

  std::optional<std::string> run() {
    path(true);
    // Behind it: the crate that made an instance, which is not said, and what compilers add.
    if (ok_ && !at_end() && peek() != '.' && peek() != '$') {
      silent_ = true;
      path(false);
    }
    if (!ok_ || !(at_end() || peek() == '.' || peek() == '$')) return std::nullopt;
    return std::move(out_);
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (peek() != c || at_end()) return false;
    ++at_;
    return true;
  }
  char next() {
    if (!at_end()) return text_[at_++];
    ok_ = false;
    return '\0';
  }
  void write(std::string_view text) {
    if (silent_ || out_.size() > kLongest) return;
    out_ += text;
    if (out_.size() > kLongest) out_ = out_.substr(0, kLongest) + "...";
  }

  // One level deeper, as long as the caps allow.
  class Level {
   public:
    explicit Level(Demangler& owner) : owner_(owner) {
      if (++owner_.depth_ > kDeepest || ++owner_.steps_ > kMostSteps) owner_.ok_ = false;
    }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --owner_.depth_; }

   private:
    Demangler& owner_;
  };

  // "_" is 0, "0_" is 1, "Z_" is 62.
  uint64_t base62() {
    if (take('_')) return 0;
    uint64_t value = 0;
    while (ok_ && !take('_')) {
      const char c = next();
      unsigned digit = 0;
      if (Scan::digit(c)) {
        digit = static_cast<unsigned>(c - '0');
      } else if (c >= 'a' && c <= 'z') {
        digit = static_cast<unsigned>(c - 'a') + 10;
      } else if (c >= 'A' && c <= 'Z') {
        digit = static_cast<unsigned>(c - 'A') + 36;
      } else {
        ok_ = false;
      }
      value = value * 62 + digit;  // a crate's hash may wrap; a place that is too far is seen where it is used
    }
    return value + 1;
  }
  Identifier identifier() {
    Identifier found;
    if (take('s')) found.disambiguator = base62() + 1;
    if (peek() == 'u') ok_ = false;
    found.name = plain_identifier();
    return found;
  }
  std::string_view plain_identifier() {
    size_t length = 0;
    const char* const end = text_.data() + text_.size();
    const auto [behind, error] = std::from_chars(text_.data() + at_, end, length);
    if (error != std::errc{}) {
      ok_ = false;
      return {};
    }
    at_ = static_cast<size_t>(behind - text_.data());
    take('_');
    if (length > text_.size() - at_) {
      ok_ = false;
      return {};
    }
    const std::string_view name = text_.substr(at_, length);
    at_ += length;
    return name;
  }

  // A place that was read before, read once more.
  template <class Read>
  void back(Read read) {
    const size_t here = at_ - 1;
    const uint64_t place = base62();
    if (!ok_ || place >= here) {
      ok_ = false;
      return;
    }
    const size_t after = std::exchange(at_, place);
    read();
    at_ = after;
  }

  // `value`: where a function is named, in which arguments follow "::".
  void path(bool value) {
    const Level level(*this);
    if (!ok_) return;
    switch (next()) {
      case 'C': write(identifier().name); return;
      case 'M':
        impl_path();
        write("<");
        type();
        write(">");
        return;
      case 'X': impl_path(); [[fallthrough]];
      case 'Y':
        write("<");
        type();
        write(" as ");
        path(false);
        write(">");
        return;
      case 'N': nested(value); return;
      case 'I':
        path(value);
        write(value ? "::<" : "<");
        list([this] { argument(); });
        write(">");
        return;
      case 'B': back([&] { path(value); }); return;
      default: ok_ = false;
    }
  }
  void impl_path() {
    const bool before = std::exchange(silent_, true);
    if (take('s')) (void)base62();
    path(false);
    silent_ = before;
  }
  void nested(bool value) {
    const char space = next();
    if (!Scan::letter(space)) ok_ = false;
    path(value);
    const Identifier found = identifier();
    if (space >= 'a') {
      if (!found.name.empty()) write(fmt::format("::{}", found.name));
      return;
    }
    const std::string kind = space == 'C' ? "closure" : space == 'S' ? "shim" : std::string(1, space);
    write(fmt::format("::{{{}{}{}#{}}}", kind, found.name.empty() ? "" : ":", found.name, found.disambiguator));
  }

  // Up to "E".
  template <class Read>
  size_t list(Read read) {
    size_t count = 0;
    while (ok_ && !take('E')) {
      if (count++ > 0) write(", ");
      read();
    }
    return count;
  }
  void argument() {
    if (take('L')) {
      (void)base62();
      write("'_");
    } else if (take('K')) {
      constant();
    } else {
      type();
    }
  }

  static std::string_view basic(char letter) {
    switch (letter) {
      case 'a': return "i8";
      case 'b': return "bool";
      case 'c': return "char";
      case 'd': return "f64";
      case 'e': return "str";
      case 'f': return "f32";
      case 'h': return "u8";
      case 'i': return "isize";
      case 'j': return "usize";
      case 'l': return "i32";
      case 'm': return "u32";
      case 'n': return "i128";
      case 'o': return "u128";
      case 'p': return "_";
      case 's': return "i16";
      case 't': return "u16";
      case 'u': return "()";
      case 'v': return "...";
      case 'x': return "i64";
      case 'y': return "u64";
      case 'z': return "!";
      default: return {};
    }
  }
  void type() {
    const Level level(*this);
    if (!ok_) return;
    const char letter = next();
    if (const std::string_view name = basic(letter); !name.empty()) return write(name);
    switch (letter) {
      case 'A':
      case 'S':
        write("[");
        type();
        if (letter == 'A') {
          write("; ");
          constant();
        }
        write("]");
        return;
      case 'T':
        write("(");
        if (list([this] { type(); }) == 1) write(",");
        write(")");
        return;
      case 'R':
      case 'Q':
        if (take('L')) (void)base62();
        write(letter == 'R' ? "&" : "&mut ");
        return type();
      case 'P':
      case 'O': write(letter == 'P' ? "*const " : "*mut "); return type();
      case 'F': return function();
      case 'D': return bounds();
      case 'B': return back([this] { type(); });
      default: --at_; path(false);
    }
  }
  void function() {
    if (take('G')) (void)base62();
    if (take('U')) write("unsafe ");
    if (take('K')) write(fmt::format("extern \"{}\" ", take('C') ? std::string_view("C") : plain_identifier()));
    write("fn(");
    list([this] { type(); });
    write(")");
    if (take('u')) return;
    write(" -> ");
    type();
  }
  void bounds() {
    write("dyn ");
    if (take('G')) (void)base62();
    for (size_t count = 0; ok_ && !take('E'); ++count) {
      if (count > 0) write(" + ");
      path(false);
      while (ok_ && take('p')) {
        write(fmt::format("<{} = ", plain_identifier()));
        type();
        write(">");
      }
    }
    if (!take('L')) ok_ = false;
    (void)base62();
  }
  void constant() {
    const Level level(*this);
    if (!ok_) return;
    if (take('B')) return back([this] { constant(); });
    if (take('p')) return write("_");
    const char kind = next();
    if (std::string_view("abchijlmnostxy").find(kind) == std::string_view::npos) ok_ = false;
    const bool negative = take('n');
    const size_t begin = at_;
    while (ok_ && next() != '_') {
    }
    if (!ok_) return;
    const std::string_view digits = text_.substr(begin, at_ - 1 - begin);
    const auto value = digits.empty() ? std::optional<uint64_t>(0) : parse_int<uint64_t>(digits, 16);
    if (kind == 'b') return write(value == 1 ? "true" : "false");
    if (!value) return write(fmt::format("{}0x{}", negative ? "-" : "", digits));
    if (kind == 'c' && *value > 0x20 && *value < 0x7f) return write(fmt::format("'{}'", static_cast<char>(*value)));
    write(fmt::format("{}{}", negative ? "-" : "", *value));
  }

  std::string_view text_;
  size_t at_ = 0;
  std::string out_;
  int depth_ = 0;
  int steps_ = 0;
  bool silent_ = false;
  bool ok_ = true;
};

}  // namespace

std::optional<std::string> demangle_rust(std::string_view name) {
  if (!name.starts_with("_R") || name.size() < 4) return std::nullopt;
  name.remove_prefix(2);
  if (!Scan::letter(name.front())) return std::nullopt;  // a digit: a version of the scheme that is to come
  return Demangler(name).run();
}

}  // namespace inquest::crashtext
