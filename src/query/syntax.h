// A Flux program as a tree. The parser makes it; the resolver writes into it where each name is found.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "query/function.h"
#include "query/value.h"

namespace inquest::query {

enum class Operator : uint8_t {
  None,
  Add,
  Subtract,
  Multiply,
  Divide,
  Modulo,
  Power,
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Match,     // =~
  NotMatch,  // !~
};
std::string_view to_string(Operator op);  // "+", "=="

// Where the value of a name lies when the program runs.
struct Place {
  enum class Kind : uint8_t {
    Unresolved,
    Local,    // in the frame of the function that runs
    Capture,  // among what the function took along when it was made
    Global,   // a variable of the file
    Package,  // a member of another package, or of what needs no import
  };
  Kind kind = Kind::Unresolved;
  uint32_t slot = 0;
  uint32_t package = 0;  // of Package: which one
};

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;
struct Statement;

// `name: value`: an argument, a field of a record, or a parameter with what it is without an argument.
struct Property {
  Text name;
  Location at;
  ExpressionPtr value;  // empty: a parameter that needs an argument
  bool pipe = false;    // a parameter that takes what stands in front of `|>`
};

// `key: value` of a dictionary.
struct DictEntry {
  ExpressionPtr key;
  ExpressionPtr value;
};

struct Expression {
  enum class Kind : uint8_t {
    Literal,        // literal
    Identifier,     // name, place
    Member,         // operands[0] . name
    Index,          // operands[0] [ operands[1] ]
    Call,           // operands[0] ( properties ); with operands[1] |> in front of it
    Binary,         // operands[0] op operands[1]
    And,            // all of operands
    Or,             // any of operands
    Not,            // operands[0]
    Exists,         // operands[0]
    Negate,         // - operands[0]
    Conditional,    // if operands[0] then operands[1] else operands[2]
    Interpolation,  // operands, as one string
    Array,          // [ operands ]
    Record,         // { properties }; with operands[0] in front of `with`
    Dict,           // [ entries ]
    Function,       // ( properties ) => operands[0], or body
  };

  Kind kind = Kind::Literal;
  Operator op = Operator::None;
  Location at;
  Value literal;
  Text name;
  std::vector<ExpressionPtr> operands;
  std::vector<Property> properties;
  std::vector<DictEntry> entries;
  std::vector<Statement> body;  // of a function in braces; ends in a Return
  uint32_t depth = 1;           // of the tree below

  // What the resolver found. Arguments lie in the first slots of a function's frame, in the order of its parameters.
  Place place;
  uint32_t frame_size = 0;
  std::vector<Place> captures;  // of a function: where each lies when it is made
};

struct Statement {
  enum class Kind : uint8_t { Expression, Variable, Option, Return, TestCase };
  Kind kind = Kind::Expression;
  Location at;
  Text package;  // of an Option: what stands in front of the dot, if anything does
  Text name;     // of Variable, Option, TestCase
  ExpressionPtr value;
  std::vector<Statement> body;  // of a TestCase
  Place place;                  // where Variable and Option put the value
};

struct Import {
  Location at;
  std::string path;   // "experimental/array"
  std::string alias;  // what it is called in the file: "array"
};

struct Program {
  std::string package = "main";
  std::vector<Import> imports;
  std::vector<Statement> statements;
};

}  // namespace inquest::query
