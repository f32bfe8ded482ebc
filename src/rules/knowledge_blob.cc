#include "rules/knowledge_blob.h"

#include <concepts>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/cursor.h"

namespace inquest::rules {
namespace {

// One description of each record serves both ways: `io` takes the fields in order, and writes or fills them.
template <class Io>
void fields(Io& io, Effect& x) {
  io(x.hypothesis, x.strength, x.because, x.source);
}
template <class Io>
void fields(Io& io, Action& x) {
  io(x.text, x.command, x.on);
}
template <class Io>
void fields(Io& io, Term& x) {
  io(x.subject, x.name, x.op, x.value, x.number);
  if (x.op == Op::Matches && !x.regex) x.regex = Regex(x.value);
}
template <class Io>
void fields(Io& io, Condition& x) {
  io(x.all, x.any, x.none);
}
template <class Io>
void fields(Io& io, Source& x) {
  io(x.everyone, x.kernel, x.programs);
}
template <class Io>
void fields(Io& io, Case& x) {
  io(x.fires, x.text, x.known);
}
template <class Io>
void fields(Io& io, Rule& x) {
  io(x.id, x.title, x.class_name, x.severity, x.needs, x.hides, x.group, x.source, x.telling, x.match, x.condition,
     x.explain, x.causes, x.confirm, x.refute, x.references, x.verified, x.supports, x.opposes, x.actions, x.cases);
}
template <class Io>
void fields(Io& io, BaseRate& x) {
  io(x.class_name, x.rate, x.because, x.source);
}
template <class Io>
void fields(Io& io, Expectation& x) {
  io(x.trace, x.watched, x.strength, x.because, x.text, x.get);
}
template <class Io>
void fields(Io& io, Contradiction& x) {
  io(x.when, x.because, x.text);
}
template <class Io>
void fields(Io& io, Hypothesis& x) {
  io(x.id, x.title, x.kind, x.is_a, x.explain, x.modules, x.components, x.settings, x.considered, x.base, x.expects,
     x.contradicted, x.actions, x.references);
}

template <class T>
concept Plain = std::is_enum_v<T> || std::is_same_v<T, bool> || std::is_same_v<T, double>;

class Writer {
 public:
  template <class... T>
  void operator()(T&... values) {
    (value(values), ...);
  }
  std::string take() && { return std::move(out_); }

 private:
  template <Plain T>
  void value(const T& x) {
    out_.append(reinterpret_cast<const char*>(&x), sizeof x);
  }
  void value(std::string& x) {
    length(x.size());
    out_ += x;
  }
  void value(Regex& x) {
    std::string source = x.source();
    value(source);
  }
  template <class T>
  void value(std::vector<T>& x) {
    length(x.size());
    for (T& each : x) value(each);
  }
  template <class T>
  void value(T& x)
    requires(!Plain<T>)
  {
    fields(*this, x);
  }
  void length(size_t n) {
    const auto x = static_cast<uint32_t>(n);
    out_.append(reinterpret_cast<const char*>(&x), sizeof x);
  }

  std::string out_;
};

class Reader {
 public:
  explicit Reader(std::string_view blob) : cursor_(blob, "built-in rules") {}

  template <class... T>
  void operator()(T&... values) {
    (value(values), ...);
  }
  bool sound() const { return sound_ && cursor_.at_end(); }

 private:
  template <Plain T>
  void value(T& x) {
    const auto bytes = taken(sizeof x);
    if (bytes.size() == sizeof x) std::memcpy(&x, bytes.data(), sizeof x);
  }
  void value(std::string& x) { x = taken(length()); }
  template <class T>
  void value(std::vector<T>& x) {
    const size_t n = length();
    if (n > cursor_.remaining()) sound_ = false;  // nothing is shorter than a byte
    if (!sound_) return;
    x.reserve(n);
    for (size_t i = 0; i < n && sound_; ++i) {
      if constexpr (std::is_same_v<T, Regex>) {
        x.emplace_back(std::string(taken(length())));
      } else {
        value(x.emplace_back());
      }
    }
  }
  template <class T>
  void value(T& x)
    requires(!Plain<T>)
  {
    fields(*this, x);
  }
  size_t length() {
    uint32_t n = 0;
    const auto bytes = taken(sizeof n);
    if (bytes.size() == sizeof n) std::memcpy(&n, bytes.data(), sizeof n);
    return n;
  }
  std::string_view taken(size_t n) {
    const auto bytes = cursor_.take(n);
    if (!bytes) {
      sound_ = false;
      return {};
    }
    return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
  }

  Cursor cursor_;
  bool sound_ = true;
};

}  // namespace

std::string to_blob(const KnowledgeBase& base) {
  std::vector<Rule> rules(base.rules().begin(), base.rules().end());
  std::vector<Hypothesis> hypotheses(base.hypotheses().begin(), base.hypotheses().end());
  Writer writer;
  writer(rules, hypotheses);
  return std::move(writer).take();
}

Result<KnowledgeBase> from_blob(std::string_view blob) {
  std::vector<Rule> rules;
  std::vector<Hypothesis> hypotheses;
  Reader reader(blob);
  reader(rules, hypotheses);
  if (!reader.sound()) return fail(ErrorCode::Malformed, "the built-in rules are damaged");
  return KnowledgeBase(std::move(rules), std::move(hypotheses));
}

}  // namespace inquest::rules
