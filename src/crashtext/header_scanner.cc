#include "crashtext/header_scanner.h"

#include <array>
#include <new>
#include <utility>

#include <hs/hs.h>

#include "crashtext/pattern.h"

namespace inquest::crashtext {
namespace {

constexpr std::array<std::pair<Landmark, std::string_view>, 6> kLandmarks = {{
    {Landmark::Banner, "Linux version "},
    {Landmark::Replay, "** replaying previous printk message **"},
    {Landmark::Disconnected, "serialport: VM disconnected."},
    {Landmark::OtherTrace, "vmalloc: allocation failure:"},
    {Landmark::OtherTrace, "FAULT_INJECTION: forcing a failure"},
    {Landmark::OtherTrace, "FAULT_FLAG_ALLOW_RETRY missing"},
}};

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
  uint32_t length(unsigned id) const { return words_[id].length; }

 private:
  struct Word {
    uint32_t family;
    uint32_t length;
  };

  Database() {
    std::vector<const char*> texts;
    std::vector<size_t> lengths;
    std::vector<unsigned> ids;
    const auto add = [&](std::string_view text, size_t family) {
      ids.push_back(static_cast<unsigned>(words_.size()));
      words_.push_back({static_cast<uint32_t>(family), static_cast<uint32_t>(text.size())});
      texts.push_back(text.data());
      lengths.push_back(text.size());
    };
    const auto table = families();
    for (size_t i = 0; i < table.size(); ++i) add(table[i].header, i);
    for (const auto& [landmark, text] : kLandmarks) add(text, table.size() + static_cast<size_t>(landmark));
    const std::vector<unsigned> flags(ids.size(), 0);
    hs_compile_error_t* error = nullptr;
    const hs_error_t status =
        hs_compile_lit_multi(texts.data(), flags.data(), ids.data(), lengths.data(), static_cast<unsigned>(ids.size()),
                             HS_MODE_BLOCK, nullptr, &database_, &error);
    hs_free_compile_error(error);
    // The words are our own, so that only a lack of memory is left.
    if (status != HS_SUCCESS) throw std::bad_alloc();
  }

  hs_database_t* database_ = nullptr;
  std::vector<Word> words_;
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
