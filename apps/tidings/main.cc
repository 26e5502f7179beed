#include "cli/main.h"

int main(int argc, char** argv) {
  return tidings::cli::Main(argc, argv);
}
