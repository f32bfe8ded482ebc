// What a number or a line out of a crash means, in words.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace inquest::crashtext {

// An answer as a colleague gives it: what it is, what it means, what to make of it.
struct Reading {
  struct Field {
    std::string name;
    std::string value;
    friend bool operator==(const Field&, const Field&) = default;
  };

  std::string what;                // "page-fault error code 0x2"
  std::string meaning;             // one sentence: "the kernel wrote to a page that is not present"
  std::vector<Field> fields;       // the parts it is made of, in their own order
  std::vector<std::string> notes;  // what follows from it, what does not, what to look at next

  Reading& field(std::string name, std::string value) {
    fields.push_back({std::move(name), std::move(value)});
    return *this;
  }
  Reading& note(std::string text) {
    if (!text.empty()) notes.push_back(std::move(text));
    return *this;
  }
};

}  // namespace inquest::crashtext
