// Compiles pattern files to C++: compile_patterns OUTPUT.cc FILE.toml...
//
// Runs during the build, so that a mistake in a pattern is a build error that names file and line, and so that the
// program finds its patterns as constant data: nothing is parsed when it starts. src/crashtext/pattern.h says what the
// keys mean.

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <re2/re2.h>
#include <toml++/toml.h>

namespace {

// One place where everything that is wrong ends: this program has no other user than the build.
struct Mistake : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[noreturn]] void mistake(const toml::node& at, std::string_view what) {
  const auto& source = at.source();
  throw Mistake(fmt::format("{}:{}: {}", source.path ? *source.path : "?", source.begin.line, what));
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

// Words that patterns share. After syzkaller's pkg/report (Apache-2.0), like the patterns that use them.
std::string expanded(std::string regex) {
  replace_all(regex, "{{RIP}}",
              R"((?:(?:IP|NIP|pc |PC is at):? (?:(?:[0-9a-f]+:)?(?:{{PC}} +){0,2}{{FUNC}}|(?:[0-9a-f]+:)?0x[0-9a-f]+|)"
              R"((?:[0-9a-f]+:)?{{PC}} +\[< *\(null\)>\] +\(null\)|[0-9]+: +\(null\))|)"
              R"((?:epc +: [0-9a-f]+ |ERA: [0-9a-f]+ |PSW *: [0-9a-f]+ [0-9a-f]+ \(){{FUNC}}))");
  replace_all(regex, "{{CALL_TRACE}}", R"((?:Call [Tt]race:)|(?:Backtrace:))");
  replace_all(regex, "{{ADDR}}", "0x[0-9a-f]+");
  replace_all(regex, "{{PC}}", R"(\[\<?(?:0x)?[0-9a-f]+\>?\])");
  replace_all(regex, "{{FUNC}}", R"(([a-zA-Z0-9_]+)(?:\.|\+| \([^ ()]+\.[chS]:[0-9]))");
  replace_all(regex, "{{SRC}}", R"(([a-zA-Z0-9-_/.]+\.[a-z]+:[0-9]+))");
  replace_all(regex, "{{TASK}}", R"([\s\S]{0,100}?)");
  return regex;
}

// The longest run of plain characters that every match of the regex contains: looked for first, because that is fast.
// Only what stands outside of groups, classes and alternatives is sure; a character before ?, * or { is not.
std::string needle_of(const std::string& regex) {
  std::string best;
  std::string run;
  const auto end_run = [&] {
    if (run.size() > best.size()) best = run;
    run.clear();
  };
  int depth = 0;
  if (regex.starts_with("(?i)")) return {};
  for (size_t i = 0; i < regex.size(); ++i) {
    const char c = regex[i];
    if (c == '\\') {
      const char escaped = i + 1 < regex.size() ? regex[i + 1] : '\\';
      ++i;
      if (depth == 0 && std::ispunct(static_cast<unsigned char>(escaped)) != 0)
        run += escaped;
      else
        end_run();
    } else if (c == '[') {
      end_run();
      i = regex.find(']', i + 2);  // no class of ours has a bracket inside, but as its first character or as [[:name:]]
      if (i == std::string::npos) return {};
      if (i + 1 < regex.size() && regex[i + 1] == ']') ++i;
    } else if (c == '(') {
      end_run();
      ++depth;
    } else if (c == ')') {
      end_run();
      --depth;
    } else if (c == '|' && depth == 0) {
      return {};
    } else if (std::string_view("?*{").find(c) != std::string_view::npos) {
      if (!run.empty()) run.pop_back();
      end_run();
      if (c == '{') i = std::min(regex.find('}', i), regex.size());
    } else if (std::string_view(".^$+|").find(c) != std::string_view::npos) {
      end_run();
    } else if (depth == 0) {
      run += c;
    }
  }
  end_run();
  return best;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + "\"";
}

class Table {
 public:
  Table(const toml::table& table, std::initializer_list<std::string_view> keys) : table_(table) {
    for (const auto& [key, node] : table) {
      if (std::ranges::find(keys, key.str()) == keys.end()) mistake(node, fmt::format("no such key: {}", key.str()));
    }
  }
  std::string text(std::string_view key, bool required = false) const {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) {
      if (required) mistake(table_, fmt::format("{} is missing", key));
      return {};
    }
    if (!node->is_string()) mistake(*node, fmt::format("{} is not a string", key));
    return node->as_string()->get();
  }
  std::string regex(std::string_view key, bool required = false) const {
    std::string found = expanded(text(key, required));
    if (!found.empty()) check(found, *table_.get(key));
    return found;
  }
  bool flag(std::string_view key, bool otherwise) const {
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return otherwise;
    if (!node->is_boolean()) mistake(*node, fmt::format("{} is neither true nor false", key));
    return node->as_boolean()->get();
  }
  std::vector<std::string> list(std::string_view key, bool regexes) const {
    std::vector<std::string> out;
    const toml::node* const node = table_.get(key);
    if (node == nullptr) return out;
    if (!node->is_array()) mistake(*node, fmt::format("{} is not a list", key));
    for (const toml::node& element : *node->as_array()) {
      if (!element.is_string()) mistake(element, fmt::format("{} is not a list of strings", key));
      out.push_back(regexes ? expanded(element.as_string()->get()) : element.as_string()->get());
      if (regexes) check(out.back(), element);
    }
    return out;
  }
  const toml::table& raw() const { return table_; }

 private:
  static void check(const std::string& regex, const toml::node& at) {
    const re2::RE2 compiled(regex, re2::RE2::Quiet);
    if (!compiled.ok()) mistake(at, fmt::format("{}: {}", regex, compiled.error()));
  }
  const toml::table& table_;
};

class Writer {
 public:
  void read(const std::string& path) {
    const toml::table file = toml::parse_file(path);
    const Table top(file, {"family", "type", "body", "frames"});
    each(file, "family", [&](const toml::table& table) { family(table); });
    each(file, "type", [&](const toml::table& table) { type(table); });
    if (const toml::table* const frames = file["frames"].as_table()) frame_rules(*frames);
  }

  std::string source() const {
    return fmt::format(
        "// Generated by src/crashtext/compile_patterns from src/crashtext/patterns/*.toml.\n\n"
        "#include \"crashtext/pattern.h\"\n\nnamespace inquest::crashtext {{\nnamespace {{\n\n"
        "using Text = std::string_view;\nusing enum Step::Kind;\n\n{}\n"
        "constexpr Family kFamilies[] = {{\n{}}};\n\nconstexpr Type kTypes[] = {{\n{}}};\n\n"
        "constexpr FrameRules kFrameRules = {{{}}};\n\n}}  // namespace\n\n"
        "std::span<const Family> families() {{ return kFamilies; }}\nstd::span<const Type> types() {{ return kTypes; "
        "}}\n"
        "const FrameRules& frame_rules() {{ return kFrameRules; }}\n\n"
        "}}  // namespace inquest::crashtext\n",
        arrays_, families_, types_, frames_);
  }

 private:
  template <class Do>
  static void each(const toml::table& table, std::string_view key, Do&& work) {
    const toml::node* const node = table.get(key);
    if (node == nullptr) return;
    if (!node->is_array_of_tables()) mistake(*node, fmt::format("{} is not a list of tables", key));
    for (const toml::node& element : *node->as_array()) work(*element.as_table());
  }

  // An array of its own, so that a span of constant data can refer to it; "{}" for none.
  std::string array(std::string_view type, const std::vector<std::string>& elements) {
    if (elements.empty()) return "{}";
    const std::string name = fmt::format("k{}", ++count_);
    arrays_ += fmt::format("constexpr {} {}[] = {{{}}};\n", type, name, fmt::join(elements, ", "));
    return name;
  }
  std::string texts(const std::vector<std::string>& elements) {
    std::vector<std::string> all;
    for (const std::string& element : elements) all.push_back(quoted(element));
    return array("Text", all);
  }
  std::string steps(const Table& table, std::string_view key) {
    std::vector<std::string> all;
    for (const std::string& step : table.list(key, true)) {
      if (step == "trace")
        all.emplace_back("{Trace, {}}");
      else if (step == "rip")
        all.push_back(fmt::format("{{Find, {}}}", quoted(expanded("{{RIP}}"))));
      else if (step == "call-trace")
        all.push_back(fmt::format("{{Find, {}}}", quoted(expanded("{{CALL_TRACE}}"))));
      else
        all.push_back(fmt::format("{{Find, {}}}", quoted(step)));
    }
    return array("Step", all);
  }

  std::string pattern(const toml::table& raw, bool event) {
    const Table table(raw, {"id", "title", "report", "format", "alt", "type", "frame", "fallback", "skip", "pick",
                            "trace", "corrupted", "previous_boot", "general", "follow", "sample"});
    const std::string id = table.text("id", true);
    if (!ids_.insert(id).second) mistake(raw, fmt::format("a second pattern with the id {}", id));
    if (!raw.contains("sample")) mistake(raw, fmt::format("{} has no sample", id));
    const std::string title = table.regex("title", true);
    const std::string pick = table.text("pick");
    std::string picked = "First";
    if (pick == "stall")
      picked = "Stall";
    else if (pick == "hang")
      picked = "Hang";
    else if (!pick.empty() && pick != "first")
      mistake(raw, "pick is none of first, stall, hang");
    return fmt::format(
        "{{.id = {}, .title = {}, .needle = {}, .report = {}, .format = {}, .alt = {}, .type = {}, .steps = {}, "
        ".fallback = {}, .skip = {}, .pick = Pick::{}, .trace = {}, .corrupted = {}, .previous_boot = {}, "
        ".general = {}, .follow = {}}}",
        quoted(id), quoted(title), quoted(needle_of(title)), quoted(table.regex("report")),
        quoted(table.text("format", true)), texts(table.list("alt", false)), quoted(table.text("type")),
        steps(table, "frame"), steps(table, "fallback"), texts(table.list("skip", true)), picked,
        table.flag("trace", !event), table.flag("corrupted", false), table.flag("previous_boot", false),
        table.flag("general", false), quoted(table.regex("follow")));
  }

  void family(const toml::table& raw) {
    const Table table(raw, {"header", "ignore", "generic", "continues", "event", "common", "userspace", "pattern"});
    const std::string header = table.text("header", true);
    if (header.size() < 4) mistake(raw, "a header of less than four characters is found everywhere");
    if (!headers_.insert(header).second) mistake(raw, fmt::format("a second family with the header {}", header));
    const bool event = table.flag("event", false);
    std::vector<std::string> patterns;
    each(raw, "pattern", [&](const toml::table& one) { patterns.push_back(pattern(one, event)); });
    families_ += fmt::format(
        "    {{.header = {}, .ignore = {}, .patterns = {}, .generic = {}, .continues = {}, .event = {}, "
        ".common = {}, .userspace = {}}},\n",
        quoted(header), texts(table.list("ignore", true)), array("Pattern", patterns), table.flag("generic", !event),
        table.flag("continues", false), event, table.flag("common", false), table.flag("userspace", false));
  }

  void type(const toml::table& raw) {
    const Table table(raw, {"name", "meaning", "severity", "prefixes"});
    const std::string severity = table.text("severity");
    std::string graded = "Fatal";
    if (severity == "error")
      graded = "Error";
    else if (severity == "warning")
      graded = "Warning";
    else if (!severity.empty() && severity != "fatal")
      mistake(raw, "severity is none of fatal, error, warning");
    types_ += fmt::format("    {{.name = {}, .meaning = {}, .severity = Severity::{}, .prefixes = {}}},\n",
                          quoted(table.text("name", true)), quoted(table.text("meaning", true)), graded,
                          texts(table.list("prefixes", false)));
  }

  void frame_rules(const toml::table& raw) {
    const Table table(raw, {"skip", "prefixes", "anchors", "waiting"});
    frames_ = fmt::format(".skip = {}, .prefixes = {}, .anchors = {}, .waiting = {}", texts(table.list("skip", true)),
                          texts(table.list("prefixes", false)), texts(table.list("anchors", true)),
                          texts(table.list("waiting", false)));
  }

  std::set<std::string, std::less<>> ids_;
  std::set<std::string, std::less<>> headers_;
  std::string arrays_;
  std::string families_;
  std::string types_;
  std::string frames_;
  int count_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc < 3) throw Mistake("usage: compile_patterns OUTPUT.cc FILE.toml...");
    Writer writer;
    for (int i = 2; i < argc; ++i) writer.read(argv[i]);
    std::ofstream out(argv[1], std::ios::binary);
    out << writer.source();
    out.close();
    if (!out) throw Mistake(fmt::format("{}: not written", argv[1]));
    return 0;
  } catch (const toml::parse_error& error) {
    const auto& source = error.source();
    fmt::print(stderr, "{}:{}: {}\n", source.path ? *source.path : "?", source.begin.line, error.description());
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
  }
  return 1;
}
