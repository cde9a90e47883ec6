#include "mock_server/address_list.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <utility>

namespace mock_server {
namespace {

using Json = nlohmann::json;

// Takes the events of the parser and stops it at the first that does not belong into a flat array
// of strings: no tree is built, however deep or long the input is.
class AddressEvents : public Json::json_sax_t {
 public:
  [[nodiscard]] const std::string& problem() const { return problem_; }
  [[nodiscard]] std::vector<std::string>& addresses() { return addresses_; }

  bool null() override { return Refuse("null"); }
  bool boolean(bool /*value*/) override { return Refuse("a boolean"); }
  bool number_integer(number_integer_t /*value*/) override { return Refuse("a number"); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return Refuse("a number"); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
    return Refuse("a number");
  }
  bool binary(binary_t& /*value*/) override { return Refuse("binary data"); }
  bool start_object(std::size_t /*size*/) override { return Refuse("an object"); }
  bool key(string_t& /*name*/) override { return Refuse("an object"); }
  bool end_object() override { return Refuse("an object"); }
  bool end_array() override { return true; }

  bool string(string_t& value) override {
    if (!in_array_) {
      return Refuse("a string");
    }
    addresses_.push_back(std::move(value));
    return true;
  }

  bool start_array(std::size_t /*size*/) override {
    if (in_array_) {
      return Refuse("an array");
    }
    in_array_ = true;
    return true;
  }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*error*/) override {
    problem_ = "The request body is not valid JSON in UTF-8 at byte " + std::to_string(position);
    return false;
  }

 private:
  bool Refuse(std::string_view found) {
    problem_ = in_array_ ? "\"inputs[" + std::to_string(addresses_.size()) +
                               "]\" must be a string, found " + std::string(found)
                         : "\"inputs\" must be an array of strings, found " + std::string(found);
    return false;
  }

  bool in_array_ = false;
  std::vector<std::string> addresses_;
  std::string problem_;
};

}  // namespace

batcher::Result<std::vector<std::string>> ParseAddresses(std::string_view body) {
  AddressEvents events;
  if (!Json::sax_parse(body.begin(), body.end(), &events)) {
    return batcher::Error{events.problem()};
  }
  return std::move(events.addresses());
}

}  // namespace mock_server
