package io.i2kit.apiserver.http.stream;

import io.i2kit.apiserver.registry.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a process ended, as the error channel tells it ({@code kubelet cri-streaming/remotecommand/exec.go}).
 *
 * @param status a {@code v1.Status}
 */
record Outcome(ObjectNode status) {
    private static final Outcome SUCCESS = new Outcome(status("Success"));

    /**
     * @param frame the guest's last frame
     * @param what {@code executing command in container} or {@code attaching to container}
     */
    static Outcome of(byte[] frame, String what) {
        JsonNode said = Json.parse(frame);
        String error = said.path("error").asString("");
        int code = said.path("exitCode").asInt(0);
        if (!error.isEmpty()) {
            return failed(what, error);
        }
        return code == 0 ? SUCCESS : exited(code);
    }

    private static Outcome exited(int code) {
        ObjectNode status = status("Failure");
        status.put("message", "command terminated with non-zero exit code: command terminated with exit code " + code);
        status.put("reason", "NonZeroExitCode");
        status.putObject("details")
                .putArray("causes")
                .addObject()
                .put("reason", "ExitCode")
                .put("message", Integer.toString(code));
        return new Outcome(status);
    }

    static Outcome failed(String what, String why) {
        String message = "error " + what + ": " + why;
        ObjectNode status = status("Failure");
        status.put("message", "Internal error occurred: " + message);
        status.put("reason", "InternalError");
        status.putObject("details").putArray("causes").addObject().put("message", message);
        status.put("code", 500);
        return new Outcome(status);
    }

    private static ObjectNode status(String status) {
        ObjectNode object = Json.object();
        object.putObject("metadata");
        object.put("status", status);
        return object;
    }

    boolean succeeded() {
        return status.path("status").asString("").equals("Success");
    }

    /** The form of protocols before the fourth: only an error's text. */
    String text() {
        return succeeded() ? "" : status.path("message").asString("");
    }
}
