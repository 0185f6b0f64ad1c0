package io.i2kit.apiserver.product;

/** Manifests that the product's tests apply; each is ordinary Kubernetes. */
final class Samples {
    /** nginx that answers its own name; short probes so that a test sees changes soon. */
    static String web(String name, int replicas, String greeting) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  replicas: %2$d
                  selector: {matchLabels: {app: %1$s}}
                  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      terminationGracePeriodSeconds: 10
                      containers:
                      - name: web
                        image: localhost/nginx:1.22
                        command: [sh, -c]
                        args:
                        - |
                          cat > /tmp/nginx.conf <<EOF
                          worker_processes 1;
                          pid /tmp/nginx.pid;
                          error_log /dev/stderr;
                          events { worker_connections 512; }
                          http {
                            access_log off;
                            client_body_temp_path /tmp/b; proxy_temp_path /tmp/p; fastcgi_temp_path /tmp/f;
                            uwsgi_temp_path /tmp/u; scgi_temp_path /tmp/s;
                            server { listen 8080; location / { return 200 "$GREETING from $POD\\n"; } }
                          }
                          EOF
                          exec nginx -c /tmp/nginx.conf -g 'daemon off;'
                        env:
                        - {name: GREETING, value: "%3$s"}
                        - {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                        ports: [{name: http, containerPort: 8080}]
                        readinessProbe:
                          httpGet: {path: /, port: http}
                          periodSeconds: 1
                          timeoutSeconds: 2
                        lifecycle: {preStop: {exec: {command: [sleep, "2"]}}}
                        volumeMounts: [{name: tmp, mountPath: /tmp}]
                        resources: {requests: {memory: 96Mi}}
                      volumes: [{name: tmp, emptyDir: {}}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s}
                spec:
                  type: LoadBalancer
                  selector: {app: %1$s}
                  ports: [{port: 80, targetPort: http}]
                """.formatted(name, replicas, greeting);
    }

    /** A machine that fetches URLs by name for ever and logs what it got; it serves on port 80 itself. */
    static String client(String name, String... urls) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: %1$s}
                data:
                  client.py: |
                    import http.server, sys, threading, time, urllib.request
                    class Handler(http.server.BaseHTTPRequestHandler):
                        def do_GET(self):
                            self.send_response(200); self.end_headers(); self.wfile.write(b"it is me\\n")
                        def log_message(self, *args): pass
                    server = http.server.ThreadingHTTPServer(("", 8080), Handler)
                    threading.Thread(target=server.serve_forever, daemon=True).start()
                    while True:
                        for url in sys.argv[1:]:
                            try:
                                print(url, "->", urllib.request.urlopen(url, timeout=5).read().decode().strip(), flush=True)
                            except Exception as error:
                                print(url, "failed:", error, flush=True)
                        time.sleep(1)
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: client
                        image: localhost/python:3.11
                        command: [python3, /app/client.py, %2$s]
                        volumeMounts: [{name: app, mountPath: /app}]
                        resources: {requests: {memory: 128Mi}}
                      volumes: [{name: app, configMap: {name: %1$s}}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s}
                spec:
                  selector: {app: %1$s}
                  ports: [{port: 80, targetPort: 8080}]
                """.formatted(name, "\"" + String.join("\", \"", urls) + "\"");
    }

    /** A machine that writes a line each second, answers on port 8080, and ends its container when it is told to. */
    static String ticking(String name, String image) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec:
                      terminationGracePeriodSeconds: 1
                      containers:
                      - name: %1$s
                        image: %2$s
                        command: [python3, -u, -c]
                        args:
                        - |
                          import http.server, os, socket, threading, time
                          def tick():
                              n = 0
                              while True:
                                  print("tick", n, flush=True)
                                  n += 1
                                  time.sleep(1)
                          class Handler(http.server.BaseHTTPRequestHandler):
                              def do_GET(self):
                                  if self.path == "/exit":
                                      print("told to exit", flush=True)
                                      time.sleep(0.5)
                                      os._exit(3)
                                  body = ("hello from %%s\\n" %% socket.gethostname()).encode()
                                  self.send_response(200)
                                  self.send_header("Content-Length", str(len(body)))
                                  self.end_headers()
                                  self.wfile.write(body)
                              def log_message(self, *args): pass
                          threading.Thread(target=tick, daemon=True).start()
                          http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
                        readinessProbe:
                          httpGet: {path: /, port: 8080}
                          periodSeconds: 2
                          timeoutSeconds: 3
                        resources: {requests: {memory: 128Mi}}
                """.formatted(name, image);
    }

    /** A Python program that fetches a URL and does not mind what comes of it. */
    static String fetch(String url) {
        return "import urllib.request\ntry: urllib.request.urlopen('" + url + "')\nexcept Exception: pass";
    }

    private Samples() {}
}
