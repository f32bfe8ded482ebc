#include "crashtext/header_scanner.h"

#include <new>
#include <string_view>

#include <hs/hs.h>

#include "crashtext/header_database.h"

namespace inquest::crashtext {
namespace {

// All words as one automaton.
class Database {
 public:
  static const Database& get() {
    static const Database database;
    return database;
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() { hs_free_database(database_); }

  const hs_database_t* handle() const { return database_; }
  uint32_t family(unsigned id) const { return words_[id].family; }
  uint32_t length(unsigned id) const { return static_cast<uint32_t>(words_[id].text.size()); }

 private:
  Database() : words_(header_words()) {
    if (read(builtin_headers())) return;
    // The program runs with another version of the library than it was built with.
    const auto compiled = compile_headers();
    // The words are our own, so that only a lack of memory is left.
    if (!compiled || !read(*compiled)) throw std::bad_alloc();
  }
  bool read(std::string_view bytes) {
    return hs_deserialize_database(bytes.data(), bytes.size(), &database_) == HS_SUCCESS;
  }

  hs_database_t* database_ = nullptr;
  std::vector<HeaderWord> words_;
};

int found(unsigned id, unsigned long long /*from*/, unsigned long long to, unsigned /*flags*/, void* context) {
  const Database& database = Database::get();
  const auto end = static_cast<uint32_t>(to);
  static_cast<std::vector<Hit>*>(context)->push_back({database.family(id), end - database.length(id), end});
  return 0;
}

}  // namespace

struct HeaderScanner::Scratch {
  hs_scratch_t* scratch = nullptr;

  Scratch() {
    if (hs_alloc_scratch(Database::get().handle(), &scratch) != HS_SUCCESS) throw std::bad_alloc();
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { hs_free_scratch(scratch); }
};

HeaderScanner::HeaderScanner() : scratch_(std::make_unique<Scratch>()) {}
HeaderScanner::~HeaderScanner() = default;
HeaderScanner::HeaderScanner(HeaderScanner&&) noexcept = default;
HeaderScanner& HeaderScanner::operator=(HeaderScanner&&) noexcept = default;

void HeaderScanner::scan(std::string_view block, std::vector<Hit>& hits) const {
  hits.clear();
  hs_scan(Database::get().handle(), block.data(), static_cast<unsigned>(block.size()), 0, scratch_->scratch, found,
          &hits);
}

}  // namespace inquest::crashtext
