// The worker of release {{ release }}: its parts stand below an address that names the release, so they never mix.
import { begin } from {{ release_asset("js/offline/worker.js")|tojson }};

begin({{ {"release": release, "files": files, "shells": shells}|tojson }});
