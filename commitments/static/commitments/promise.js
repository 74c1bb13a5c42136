/* A promise's page: a mail that is previewed follows what is typed. Everything works without this file. */
(function () {
  "use strict";
})();
