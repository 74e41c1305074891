using System.Net;
using System.Text;
using System.Text.Json;
using Berth.Host.Tests.Beds;

namespace Berth.Host.Tests.Isolation.Vm;

public sealed class JavaScriptTests : IAsyncLifetime
{
    private const string Base = "/p/Scripted/1.0.0";

    private PluginBed _bed = null!;

    public async Task InitializeAsync() => _bed = await PluginBed.StartAsync(level: new BareVmLevel());

    public Task DisposeAsync() => _bed.DisposeAsync().AsTask();

    [Fact]
    public async Task A_module_that_exports_fetch_answers_for_the_calling_user()
    {
        (await _bed.Http.GetStringAsync(Base + "/hello")).ShouldBe($"Hello User {PluginBed.UserId} at /p/Scripted");
        _bed.Pool.Snapshot().ShouldHaveSingleItem().Isolation.ShouldBe("vm");
    }

    [Fact]
    public async Task It_gets_the_request_without_the_callers_credentials()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Base + "/request?a=b%20c") { Content = new StringContent("sent", Encoding.UTF8, "text/plain") };
        request.Headers.Add("X-One", "1");
        request.Headers.Add("Cookie", "a=b");
        request.Headers.Add("Authorization", "Bearer secret");
        request.Headers.Add("Berth-Call", "1");
        var seen = JsonDocument.Parse(await (await _bed.Http.SendAsync(request)).Content.ReadAsStringAsync()).RootElement;
        seen.GetProperty("method").GetString().ShouldBe("POST");
        new Uri(seen.GetProperty("url").GetString()!).PathAndQuery.ShouldBe("/request?a=b%20c");
        seen.GetProperty("body").GetString().ShouldBe("sent");
        var headers = seen.GetProperty("headers").EnumerateObject().Select(header => header.Name).ToList();
        headers.ShouldContain("x-one");
        headers.ShouldNotContain(name => name == "cookie" || name == "authorization" || name.StartsWith("berth-call"));
    }

    [Fact]
    public async Task Bodies_stream_both_ways()
    {
        var large = new string('x', 3 << 20);
        using var body = new StringContent(large);
        using var answer = await _bed.Http.PostAsync(Base + "/echo", body);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(large);
        (await _bed.Http.GetStringAsync(Base + "/stream")).ShouldBe("part 1\npart 2\npart 3\n");
    }

    [Fact]
    public async Task Statuses_headers_and_answers_without_a_body_are_kept()
    {
        (await _bed.Http.GetAsync(Base + "/status?code=204")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await _bed.Http.GetAsync(Base + "/status?code=418")).StatusCode.ShouldBe((HttpStatusCode)418);
        (await _bed.Http.GetAsync(Base + "/none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var head = await _bed.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, Base + "/hello"));
        (head.StatusCode, head.Headers.GetValues("x-count").Single()).ShouldBe((HttpStatusCode.OK, "1"));
    }

    [Fact]
    public async Task Modules_of_the_package_are_imported_by_their_paths()
    {
        (await _bed.Http.GetStringAsync(Base + "/facts")).ShouldBe("{\"answer\":42}");
        (await _bed.Http.GetStringAsync(Base + "/late")).ShouldBe("imported late");
    }

    [Fact]
    public async Task Documents_are_the_calling_users()
    {
        (await _bed.Http.GetStringAsync(Base + "/data")).ShouldBe("""{"one":{"n":1},"none":true,"all":[["one",{"n":1}],["two","text"]],"gone":[true,false]}""");
        _bed.User.Documents.ShouldBe(new Dictionary<string, string> { ["one"] = "{\"n\":1}" });
    }

    [Fact]
    public async Task So_are_settings_and_capabilities()
    {
        (await _bed.Http.GetStringAsync(Base + "/settings")).ShouldBe(_bed.User.SettingsJson);
        (await _bed.Http.GetStringAsync(Base + "/user")).ShouldContain("\"capabilities\":[]");
        _bed.User.GrantedCapabilities = new HashSet<string> { "network:http-client" };
        (await _bed.Http.GetStringAsync(Base + "/user")).ShouldContain("\"capabilities\":[\"network:http-client\"]");
    }

    [Fact]
    public async Task The_web_s_cryptography_is_there() =>
        (await _bed.Http.GetStringAsync(Base + "/digest")).ShouldBe("""{"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","verified":true,"uuid":36}""");

    [Fact]
    public async Task A_request_to_the_outside_needs_its_capability()
    {
        using var refused = await _bed.Http.GetAsync(Base + "/fetch?url=http://127.0.0.1:9/");
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("\"name\":\"CapabilityDeniedError\",\"message\":\"Capability 'network:http-client' is not in force: the user of this call has not granted it");
    }

    [Fact]
    public async Task A_module_without_fetch_says_what_to_write()
    {
        VmVersion.Put(_bed, "export const nothing = 1;");
        var failed = await _bed.FailAsync("Scripted");
        failed.Code.ShouldBe("plugin.entry_missing");
        failed.Reason.ShouldContain("export default { async fetch(request, berth)");
    }

    [Theory]
    [InlineData("export default {", "SyntaxError")]
    [InlineData("throw new Error('at load'); export default { fetch() {} };", "at load")]
    [InlineData("import x from './x.mjs'; export default { fetch() {} };", "the package has no 'vm/x.mjs'")]
    [InlineData("import fs from 'node:fs'; export default { fetch() {} };", "no modules of Node here")]
    [InlineData("import '../../../../etc/passwd'; export default { fetch() {} };", "the package has no")]
    [InlineData("await new Promise(() => {}); export default { fetch() {} };", "wait at their top level for what never comes")]
    public async Task What_cannot_be_loaded_says_why(string script, string reason)
    {
        VmVersion.Put(_bed, script);
        (await _bed.FailAsync("Scripted")).Reason.ShouldContain(reason);
    }
}
