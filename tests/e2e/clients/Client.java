// An exchange's client in Java: see client.py.
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Client {
    static final Pattern ID = Pattern.compile("\"assessment_id\":\"([^\"]+)\"");
    static volatile boolean ended = false;

    static void ask(int place, String url, String key, String body) {
        HttpClient client = HttpClient.newHttpClient();
        for (int number = 1; !ended; number++) {
            String name = "java-" + place + "-" + number;
            String said;
            try {
                HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .header("Authorization", "Bearer " + key)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body.replace("WITHDRAWAL", name)))
                    .build();
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                Matcher id = ID.matcher(answer.body());
                said = answer.statusCode() == 200 && id.find() ? id.group(1) : "status " + answer.statusCode();
                Thread.sleep(5);
            } catch (Exception error) {
                said = error.toString();
            }
            System.out.println(place + " " + name + " " + said);
        }
    }

    public static void main(String[] arguments) throws Exception {
        String[] urls = Arrays.copyOfRange(arguments, 2, arguments.length);
        Thread[] threads = new Thread[urls.length];
        for (int place = 0; place < urls.length; place++) {
            int mine = place;
            threads[place] = new Thread(() -> ask(mine, urls[mine], arguments[0], arguments[1]));
            threads[place].start();
        }
        System.in.readAllBytes();
        ended = true;
        for (Thread thread : threads) {
            thread.join();
        }
        System.exit(0);
    }
}
