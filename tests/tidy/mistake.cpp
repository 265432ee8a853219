// Not a part of Kaido: tests/tidy/run sees here that clang-tidy finds what it should.
#include <string>

const char* mistake(const std::string& text);
const char* mistake(const std::string& text) { return text.empty() ? 0 : text.c_str(); }
