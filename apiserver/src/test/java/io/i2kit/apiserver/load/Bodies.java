package io.i2kit.apiserver.load;

import java.nio.charset.StandardCharsets;

/** What the clients send: Deployments that are stored as about 4.4 KB, defaults and managedFields included. */
public final class Bodies {
    private static final String DESCRIPTION =
            "A workload of the load tool with a text that real manifests have too. ".repeat(11);

    private static final String DEPLOYMENT = """
            {"apiVersion":"apps/v1","kind":"Deployment",
             "metadata":{"name":"@name","labels":{"app":"@name","tier":"web","team":"payments"},
              "annotations":{"example.com/owner":"payments","example.com/description":"@description"}},
             "spec":{"replicas":0,"paused":true,"selector":{"matchLabels":{"app":"@name"}},
              "template":{"metadata":{"labels":{"app":"@name","tier":"web"}},
               "spec":{"containers":[{"name":"main","image":"nginx:1.27","ports":[{"name":"http","containerPort":80}],
                "env":[{"name":"A","value":"1"},{"name":"B","value":"2"},
                 {"name":"POD","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
                "resources":{"requests":{"cpu":"100m","memory":"64Mi"},"limits":{"memory":"128Mi"}},
                "readinessProbe":{"httpGet":{"path":"/ready","port":80},"periodSeconds":5},
                "livenessProbe":{"httpGet":{"path":"/live","port":80},"periodSeconds":10},
                "volumeMounts":[{"name":"config","mountPath":"/etc/config"},{"name":"scratch","mountPath":"/scratch"}]}],
               "volumes":[{"name":"config","configMap":{"name":"settings"}},{"name":"scratch","emptyDir":{}}]}}}}""".replaceAll("\\n\\s*", "").replace("@description", DESCRIPTION);

    private Bodies() {}

    public static byte[] deployment(String name) {
        return DEPLOYMENT.replace("@name", name).getBytes(StandardCharsets.UTF_8);
    }

    /** A strategic merge patch of a container's image, as {@code kubectl set image} sends it. */
    public static byte[] image(int number) {
        return ("{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"main\",\"image\":\"nginx:1." + number
                        + "\"}]}}}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** A merge patch that gives an object the number of a write. */
    public static byte[] number(int number) {
        return ("{\"metadata\":{\"labels\":{\"write\":\"" + number + "\"}}}").getBytes(StandardCharsets.UTF_8);
    }
}
