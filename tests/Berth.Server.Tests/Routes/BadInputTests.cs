using System.Net.Http.Headers;

namespace Berth.Server.Tests.Routes;

/// <summary>Every route takes every bad value: a documented error, never a 500, and nothing of the inside is told.</summary>
public sealed class BadInputTests(RoutesFixture fixture) : IClassFixture<RoutesFixture>
{
    private static readonly string[] BadSegments =
    [
        "..", "%2e%2e", "%2E%2e%2F..", "%252e%252e", "..%2f..%2fetc%2fpasswd", "..%5c..%5cwindows", "a%2fb", "a%5cb", "a%25b", "%25", "a%00b", "%00", "%0d%0aSet-Cookie:x",
        "%7f", "%01", "%c3%a4%c3%b6%c3%bc", "%e2%80%ae", "%f0%9f%98%80", "%c0%ae%c0%ae", "%ff%fe", "%ed%a0%80", "C:", "C:%5cboot.ini", "CON", "nul.txt", "COM1", "name.", "name%20", "%20", "a:b", "a*b",
        "-rf", "~", "~AAAA", "$(id)", "'%20OR%20'1'='1", "%27;DROP%20TABLE%20users;--", "<script>", "{slug}", "null", "0", "-1", "1e999", "99999999999999999999.0.0", "v1.0.0", "1.0", "1.0.0-", "%2b",
        new string('a', 65), new string('a', 300), new string('A', 4000), "x%0ay",
    ];

    private static readonly (string Query, bool MustFail)[] BadQueries =
    [
        ("limit=0", true), ("limit=-1", true), ("limit=101", true), ("limit=abc", true), ("limit=1e2", true), ("limit=99999999999999999999", true), ("limit=%00", true), ("limit=1&limit=2", true),
        ("dry_run=maybe", true), ("purge=2", true), ("cursor=%00", false), ("cursor=AAAA", false), ("cursor=..%2f..", false), ("q=%00", false), ("q=%ff%fe", false), ("q=%22%27%29%3b--%20*%3a^", false),
        ("q=NEAR(a%20b)%20AND%20NOT%20OR", false), ("q=\"", false), ("category=%00", false), ("trust='%20OR%201=1", false), ("version=%00", false), ("version=not-a-range", false), ("%00=%00", false), ("&&&===&", false),
        ("q=" + "%f0%9f%98%80" + "%ed%a0%80", false),
    ];

    [Fact]
    public async Task Every_bad_value_in_every_path_is_refused()
    {
        var findings = new Findings();
        foreach (var route in fixture.Routes.Where(route => route.Parameters.Count > 0 && !IsSignInPage(route)))
        {
            foreach (var parameter in route.Parameters)
            {
                foreach (var bad in BadSegments)
                {
                    var target = route.Target(name => name == parameter ? bad : name == "version" ? "1.0.0" : name == "path" ? "x" : "Clock");
                    await findings.CheckAsync($"{route}: {Short(target)}", () => RefusedAsync(route, target));
                }
            }
        }

        findings.ShouldBeNone(atLeast: 2000);
    }

    [Fact]
    public async Task Every_bad_value_in_every_query_is_refused_or_harmless()
    {
        var findings = new Findings();
        foreach (var route in fixture.Routes.Where(route => !IsSignInPage(route)))
        {
            foreach (var (query, mustFail) in BadQueries.Append(("q=" + new string('a', 5000) + "&cursor=" + new string('b', 3000), false)))
            {
                var name = query[..query.IndexOf('=', StringComparison.Ordinal)];
                await findings.CheckAsync($"{route}?{Short(query)}", async () =>
                {
                    using var response = await SendAsync(route, $"{route.TargetOfNothing()}?{query}", HasBody(route) ? new StringContent("{}", Encoding.UTF8, "application/json") : null);
                    await SoundAsync(route, response);
                    if (mustFail && TakesParameter(route, name))
                        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
                });
            }
        }

        findings.ShouldBeNone(atLeast: 1500);
    }

    [Fact]
    public async Task Every_bad_body_is_refused_by_every_route_that_takes_one()
    {
        var findings = new Findings();
        foreach (var route in fixture.Routes.Where(route => route.Writes && !IsSignInPage(route)))
        {
            foreach (var (name, body) in BadBodies())
            {
                await findings.CheckAsync($"{route}: {name}", async () =>
                {
                    using var content = body();
                    using var response = await SendAsync(route, route.TargetOfNothing(), content);
                    await SoundAsync(route, response);
                    if (TakesBody(route))
                        ((int)response.StatusCode).ShouldBeGreaterThanOrEqualTo(400);
                });
            }
        }

        findings.ShouldBeNone(atLeast: 500);
    }

    [Fact]
    public async Task Every_bad_header_is_refused_or_harmless()
    {
        (string Name, string Value)[] headers =
        [
            ("Berth-User", "..%2f"), ("Berth-User", new string('a', 32)), ("Berth-User", new string('A', 5000)), ("Berth-User", "' OR 1=1"),
            ("Accept", "nonsense;;;"), ("Accept", "application/problem+json;q=x"), ("Accept-Encoding", "br;q=9999999999999999"), ("Range", "bytes=9-1"), ("Range", "bytes=-"), ("Range", "bytes=999999999999999999999-"),
            ("If-None-Match", "\"unterminated"), ("If-Modified-Since", "yesterday"), ("If-Range", "\"x"), ("Content-Digest", "sha-256=x"), ("Content-Digest", "md5=:AAAA:"), ("Idempotency-Key", new string('k', 5000)),
            ("Expect", "nonsense"), ("Cookie", "berth_session=berth_ses_nothing; ;;=;"), ("Host", "evil.example"), ("X-HTTP-Method-Override", "DELETE"), ("traceparent", "00-zz-zz-zz"),
        ];
        var findings = new Findings();
        foreach (var route in fixture.Routes.Where(route => !IsSignInPage(route)))
        {
            foreach (var (name, value) in headers)
            {
                await findings.CheckAsync($"{route}: {name}: {Short(value)}", async () =>
                {
                    using var client = fixture.Client(route, TestServer.AdminToken);
                    using var request = fixture.Request(route, route.TargetOfNothing(), HasBody(route) ? new StringContent("{}", Encoding.UTF8, "application/json") : null);
                    request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
                    if (name == "Accept")
                        client.DefaultRequestHeaders.Accept.Clear();
                    if (route.Template.EndsWith("/logout", StringComparison.Ordinal))
                        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await fixture.Ana.CreateTokenAsync());
                    using var response = await client.SendAsync(request);
                    ((int)response.StatusCode).ShouldBeLessThan(500);
                    // The report of the server's own settings names its folders to administrators; metrics name the types of exceptions
                    // that were caught. That is what they are for.
                    if (!response.IsSuccessStatusCode || route.Template is not ("/api/v1/admin/settings" or "/metrics"))
                        Problems.ShouldTellNothing(await response.Content.ReadAsStringAsync());
                });
            }
        }

        findings.ShouldBeNone(atLeast: 1000);
    }

    [Fact]
    public async Task What_routing_refuses_is_a_problem_too()
    {
        var findings = new Findings();
        foreach (var route in fixture.Routes.Where(route => !route.Template.StartsWith("/p/", StringComparison.Ordinal)))
        {
            await findings.CheckAsync($"TRACE {route}", async () =>
            {
                using var client = fixture.Client(route, TestServer.AdminToken);
                using var request = fixture.Request(route, route.TargetOfNothing());
                request.Method = HttpMethod.Trace;
                using var response = await client.SendAsync(request);
                await response.ShouldBeProblemAsync(HttpStatusCode.MethodNotAllowed, "route.method");
                response.Content.Headers.Allow.ShouldContain(route.Method);
            });
        }

        foreach (var target in new[] { "/index.html", "/nothing", "/api/v2/plugins", "/.env", "/api/v1/plugins/Clock/nothing/at/all" })
        {
            await findings.CheckAsync(target, async () =>
            {
                using var response = await fixture.Server.Host().GetAsync(target);
                await response.ShouldBeProblemAsync(HttpStatusCode.NotFound, "route.unknown");
                ShouldHaveSecurityHeaders(response);
            });
        }

        findings.ShouldBeNone(atLeast: 60);
    }

    private static IEnumerable<(string Name, Func<HttpContent> Body)> BadBodies()
    {
        foreach (var text in new[] { "", "{", "}", "[]", "null", "true", "5", "\"text\"", "{\"version\":5,\"enabled\":\"yes\",\"count\":\"many\",\"name\":{},\"username\":[],\"level\":7,\"code\":{},\"data\":[]}", "{\"name\":\"a\",\"name\":\"b\",\"level\":\"internal\",\"level\":\"verified\",\"count\":1,\"count\":2,\"username\":\"x\",\"username\":\"y\"}", "{\"version\":\"\\u0000\",\"name\":\"\",\"username\":\"\\u0000\",\"level\":\"\\u0000\",\"code\":\"\\u0000\",\"data\":\"\\u0000\"}", "{}garbage", "\u0000", "{'a':1}" })
            yield return (text.Length == 0 ? "empty" : Short(text), () => new StringContent(text, Encoding.UTF8, "application/json"));
        yield return ("deep", () => new StringContent(new string('[', 100_000), Encoding.UTF8, "application/json"));
        yield return ("large", () => new StringContent("{\"x\":\"" + new string('a', (1024 * 1024) + 1) + "\"}", Encoding.UTF8, "application/json"));
        yield return ("large and chunked", () => new StreamContent(new MemoryStream(new byte[2 * 1024 * 1024])) { Headers = { ContentType = new("application/json"), ContentLength = null } });
        yield return ("no UTF-8", () => new ByteArrayContent([.. "{\"name\":\""u8, 0xff, 0xfe, .. "\",\"username\":\""u8, 0xc0, 0xae, .. "\"}"u8]) { Headers = { ContentType = new("application/json") } });
        yield return ("UTF-16", () => new StringContent("{\"name\":\"a\"}", Encoding.Unicode, "application/json"));
        yield return ("plain text", () => new StringContent("name=a", Encoding.UTF8, "text/plain"));
        yield return ("form", () => new FormUrlEncodedContent([new("name", "a")]));
        yield return ("no media type", () => new ByteArrayContent("{\"n"u8.ToArray()));
        yield return ("multipart without boundary", () => new StringContent("x", MediaTypeHeaderValue.Parse("multipart/form-data")));
        yield return ("multipart with an endless boundary", () => new StringContent("x", MediaTypeHeaderValue.Parse("multipart/form-data; boundary=" + new string('b', 500))));
        yield return ("multipart cut off", () => new StringContent("--b\r\nContent-Disposition: form-data; name=\"plugin\"\r\n\r\nPK", MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b")));
        yield return ("multipart without headers", () => new StringContent("--b\r\n\r\n\r\n--b--", MediaTypeHeaderValue.Parse("multipart/form-data; boundary=b")));
    }

    private async Task RefusedAsync(Route route, string target)
    {
        using var response = await SendAsync(route, target, HasBody(route) ? new StringContent("{}", Encoding.UTF8, "application/json") : null);
        await SoundAsync(route, response);
        // A dot segment is resolved by the server's parser: the address is then another one, for everybody alike.
        if ((target + "/").Contains("/../", StringComparison.Ordinal) || (target + "/").Contains("/%2e%2e/", StringComparison.Ordinal))
            return;
        // Whether something is installed is a question that "no" answers (contract, section 5).
        if (response.StatusCode == HttpStatusCode.OK && target.EndsWith("/status", StringComparison.Ordinal))
            (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("exists").GetBoolean().ShouldBeFalse();
        else
            ((int)response.StatusCode).ShouldBeInRange(400, 499);
    }

    private async Task<HttpResponseMessage> SendAsync(Route route, string target, HttpContent? content = null)
    {
        // Signing out ends the token that asks for it.
        var token = route.Template.EndsWith("/logout", StringComparison.Ordinal) ? await fixture.Ana.CreateTokenAsync() : TestServer.AdminToken;
        using var client = fixture.Client(route, token);
        client.DefaultRequestHeaders.Accept.ParseAdd("application/problem+json");
        return await client.SendAsync(fixture.Request(route, target, content));
    }

    private static async Task SoundAsync(Route route, HttpResponseMessage response)
    {
        // The server's own parser refuses an escaped NUL before any application sees the request.
        if (response.StatusCode == HttpStatusCode.BadRequest && response.Content.Headers.ContentLength == 0 && response.RequestMessage!.RequestUri!.AbsolutePath.Contains("%00", StringComparison.Ordinal))
            return;
        ((int)response.StatusCode).ShouldBeLessThan(500, await response.Content.ReadAsStringAsync());
        ShouldHaveSecurityHeaders(response);
        if ((int)response.StatusCode >= 400 && route.Method != "HEAD")
            await response.ShouldBeProblemAsync();
    }

    private static void ShouldHaveSecurityHeaders(HttpResponseMessage response)
    {
        foreach (var name in new[] { "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Content-Security-Policy", "Cross-Origin-Resource-Policy" })
            response.Headers.Contains(name).ShouldBeTrue(name);
        response.Headers.Contains("Server").ShouldBeFalse();
    }

    // A page for people, with its own tests.
    private static bool IsSignInPage(Route route) => route.Template.StartsWith("/signin/", StringComparison.Ordinal);

    private static bool HasBody(Route route) => route.Method is "POST" or "PUT" or "PATCH";

    // Routes without a body ignore one, as DELETE and GET do: an existing client may send anything along. Most of them name
    // something that is not there in these tests and answer 404; these name nothing.
    // These act by their address and query alone.
    private static readonly string[] WithoutBody = ["/cleanup", "/doctor", "/caches/invalidate", "/logout", "/signin-links", "/countersigning"];

    private static bool TakesBody(Route route) => !WithoutBody.Any(end => route.Template.EndsWith(end, StringComparison.Ordinal));

    private static bool TakesParameter(Route route, string name) => name switch
    {
        "limit" => route is { Method: "GET", Template: "/api/v1/admin/users" or "/api/v1/events" or "/api/v1/audit" or "/api/plugins/operations" or "/api/v1/plugins/operations" or "/api/plugins/available" or "/api/v1/plugins/available" or "/api/v1/plugins/search" } || route is { IsRegistry: true, Method: "GET", Template: "/api/v1/plugins" },
        "dry_run" => route.Template.EndsWith("/install", StringComparison.Ordinal) || route.Template.EndsWith("/update", StringComparison.Ordinal) || route.Template.EndsWith("/rollback", StringComparison.Ordinal) || route.Template.EndsWith("/uninstall", StringComparison.Ordinal),
        "purge" => route.Template.EndsWith("/uninstall", StringComparison.Ordinal),
        _ => false,
    };

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
