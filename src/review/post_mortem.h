// A written post-mortem, taken apart: what it states, sentence by sentence, with the line where each stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace inquest::review {

inline constexpr size_t kNone = std::numeric_limits<size_t>::max();

enum class Kind : uint8_t { Heading, Prose, Item, Row, Code };

// A sentence, a heading, a row of a table or a line of code. Markup is gone: "**Cause:** `a` [b](c)" is "Cause: a b".
struct Statement {
  Kind kind = Kind::Prose;
  size_t line = 0;         // one-based, where it begins
  std::string text;        // of a row its cells with " | " between
  std::string lead;        // what introduces the list, table or code that it stands in; of a nested item its parent
  size_t block = 0;        // sentences of one paragraph, item, table or piece of code share a number
  size_t section = kNone;  // index of the heading that it stands under
  size_t table = kNone;    // of a row: index of its table
  size_t row = kNone;      // and of the row in it
  std::vector<std::string> code_spans;
  bool hedged = false;     // said with "may", "likely", "vermutlich", or under a heading such as "Open questions"
  bool withdrawn = false;  // told as a mistake: "we first thought that ..."
};

struct Section {
  int level = 1;
  size_t line = 0;
  std::string title;
  size_t parent = kNone;
  size_t statement = 0;  // index of the heading among the statements
};

struct TableRow {
  size_t line = 0;
  size_t statement = 0;
  std::vector<std::string> cells;  // as many as the header has
};

struct Table {
  size_t line = 0;
  size_t section = kNone;
  std::string lead;
  std::vector<std::string> header;
  std::vector<TableRow> rows;
};

struct Link {
  size_t line = 0;
  size_t statement = kNone;
  std::string label;
  std::string target;
};

struct PostMortem {
  std::vector<Statement> statements;
  std::vector<Section> sections;
  std::vector<Table> tables;
  std::vector<Link> links;
  bool german = false;  // most of it is in German: decides how "1.500" is read

  // The headings above a statement, outermost first, with " > " between.
  std::string path(const Statement& statement) const;
  // All sentences of the statement's paragraph, item, table or piece of code.
  std::string block_text(const Statement& statement) const;
  // Whether the statement stands in a fenced block, is a command or a log line.
  static bool is_code(const Statement& statement) { return statement.kind == Kind::Code; }
};

// Reads Markdown, or plain text, in which lines of commands and of logs are told from prose by their form. Never fails
// for what the text says: anything is prose at worst. Limit for more than 2 MiB, or more than 20,000 statements.
Result<PostMortem> read_post_mortem(std::string_view text);

}  // namespace inquest::review
