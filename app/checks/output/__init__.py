"""Problems for people, editors and code scanning; pages and schemas made from the code."""
