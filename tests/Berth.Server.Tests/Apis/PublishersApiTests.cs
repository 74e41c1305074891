using Berth.Registry.Publishers;
using Berth.Server.Publishers;
using Microsoft.AspNetCore.Http;

namespace Berth.Server.Tests.Apis;

public sealed class PublishersApiTests(PublishersApiTests.Shared shared) : IClassFixture<PublishersApiTests.Shared>
{
    private readonly TestServer _server = shared.Server;
    private readonly string _name = $"p{Guid.NewGuid():N}"[..20];

    [Fact]
    public async Task An_organisation_is_made_joined_and_publishes()
    {
        var (ana, bob) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        using var annes = _server.Registry(ana.Token);
        using var bobs = _server.Registry(bob.Token);
        using var admin = _server.Registry();
        (await annes.PostAsJsonAsync("/api/v1/publishers", new { name = _name, display_name = "Acme Ltd" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var invited = await JsonAsync(await annes.PostAsJsonAsync($"/api/v1/publishers/{_name}/invitations", new { user = bob.Id, role = "maintainer" }));
        var mine = (await bobs.GetFromJsonAsync<JsonElement>("/api/v1/publisher-invitations")).GetProperty("invitations");
        mine[0].GetProperty("publisher").GetString().ShouldBe(_name);
        (await bobs.PostAsync($"/api/v1/publisher-invitations/{invited.GetProperty("id").GetString()}/accept", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var refused = await annes.PostAsJsonAsync($"/api/v1/publishers/{_name}/prefixes", new { prefix = _name + "." }))
            await refused.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");
        (await admin.PostAsJsonAsync($"/api/v1/publishers/{_name}/prefixes", new { prefix = _name + "." })).StatusCode.ShouldBe(HttpStatusCode.OK);

        var slug = _name + ".tools";
        (await bobs.PutAsync($"/api/v1/plugins/{slug}/1.0.0", new ByteArrayContent(TestPackages.FrontEnd(slug)))).StatusCode.ShouldBe(HttpStatusCode.Created);

        (await admin.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}")).GetProperty("publisher").GetString().ShouldBe(_name);
        var detail = await bobs.GetFromJsonAsync<JsonElement>($"/api/v1/publishers/{_name}");
        detail.GetProperty("plugins")[0].GetString().ShouldBe(slug);
        detail.GetProperty("publisher").GetProperty("verified").GetBoolean().ShouldBeFalse();
        (await annes.GetFromJsonAsync<JsonElement>($"/api/v1/publishers/{_name}/members")).GetProperty("members").GetArrayLength().ShouldBe(2);
        using var stranger = _server.Registry((await _server.CreateUserAsync()).Token);
        using (var hidden = await stranger.GetAsync($"/api/v1/publishers/{_name}/members"))
            await hidden.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "publisher.role");
        using var taken = await stranger.PutAsync($"/api/v1/plugins/{_name}.mine/1.0.0", new ByteArrayContent(TestPackages.FrontEnd(_name + ".mine")));
        (await taken.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "slug.taken")).GetProperty("detail").GetString()!.ShouldContain(_name);
    }

    [Fact]
    public async Task A_deleted_owners_heir_owns_the_organisation_and_the_prefixes()
    {
        var (ana, ben) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        using var annes = _server.Registry(ana.Token);
        using var admin = _server.Registry();
        (await annes.PostAsJsonAsync("/api/v1/publishers", new { name = _name })).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await annes.GetAsync($"/api/v1/publishers/~{ana.Id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await admin.PostAsJsonAsync($"/api/v1/publishers/~{ana.Id}/prefixes", new { prefix = _name + "-" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        var slug = _name + "-x";
        (await annes.PutAsync($"/api/v1/plugins/{slug}/1.0.0", new ByteArrayContent(TestPackages.FrontEnd(slug)))).StatusCode.ShouldBe(HttpStatusCode.Created);

        using var host = _server.Host();
        using var deleted = await host.DeleteAsync($"/api/v1/admin/users/{ana.Id}?data=handover&to={ben.Id}");
        deleted.StatusCode.ShouldBe(HttpStatusCode.OK, await deleted.Content.ReadAsStringAsync());

        using var bens = _server.Registry(ben.Token);
        (await bens.GetFromJsonAsync<JsonElement>($"/api/v1/publishers/{_name}/members")).GetProperty("members")[0].GetProperty("user_id").GetString().ShouldBe(ben.Id);
        (await admin.GetFromJsonAsync<JsonElement>($"/api/v1/publishers/~{ben.Id}")).GetProperty("publisher").GetProperty("prefixes")[0].GetString().ShouldBe(_name + "-");
        (await bens.PutAsync($"/api/v1/plugins/{slug}/1.1.0", new ByteArrayContent(TestPackages.FrontEnd(slug, "1.1.0")))).StatusCode.ShouldBe(HttpStatusCode.Created);
        foreach (var table in new[] { "publisher", "publisher_member", "publisher_invitation" })
            (await _server.CountAsync($"{table} WHERE user_id = @Id", new { ana.Id })).ShouldBe(0, table);
    }

    [Fact]
    public async Task A_plugin_is_transferred_when_it_is_accepted()
    {
        var (ana, bob) = (await _server.CreateUserAsync(), await _server.CreateUserAsync());
        using var annes = _server.Registry(ana.Token);
        using var bobs = _server.Registry(bob.Token);
        (await annes.PutAsync($"/api/v1/plugins/{_name}/1.0.0", new ByteArrayContent(TestPackages.FrontEnd(_name)))).StatusCode.ShouldBe(HttpStatusCode.Created);

        var offer = await JsonAsync(await annes.PostAsJsonAsync($"/api/v1/plugins/{_name}/transfer", new { to = bob.Id }));
        offer.GetProperty("state").GetString().ShouldBe("offered");
        (await bobs.GetFromJsonAsync<JsonElement>("/api/v1/transfers")).GetProperty("transfers")[0].GetProperty("slug").GetString().ShouldBe(_name);
        (await bobs.PostAsync($"/api/v1/transfers/{offer.GetProperty("id").GetString()}/accept", null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var no = await annes.PostAsJsonAsync($"/api/v1/plugins/{_name}/1.0.0/yank", new { reason = "x" });
        await no.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "publisher.role");
        (await bobs.PostAsJsonAsync($"/api/v1/plugins/{_name}/1.0.0/yank", new { reason = "x" })).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_domain_is_proved_by_a_line_in_its_file()
    {
        using var registry = _server.Registry();
        (await registry.PostAsJsonAsync("/api/v1/publishers", new { name = _name })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var begun = await JsonAsync(await registry.PostAsJsonAsync($"/api/v1/publishers/{_name}/proofs", new { kind = "domain", subject = $"{_name}.example" }));
        var proof = begun.GetProperty("proof");
        var check = $"/api/v1/publishers/{_name}/proofs/{proof.GetProperty("id").GetString()}/check";
        using (var missing = await registry.PostAsync(check, null))
            await missing.ShouldBeProblemAsync(HttpStatusCode.Conflict, "publisher.proof_missing");

        shared.Files[$"/{_name}.example/.well-known/berth-publisher.txt"] = $"# ours\r\n{proof.GetProperty("token").GetString()}\r\n";
        (await registry.PostAsync(check, null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await registry.GetFromJsonAsync<JsonElement>($"/api/v1/publishers/{_name}")).GetProperty("publisher").GetProperty("verified").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_proof_follows_no_redirect_and_reads_no_endless_file()
    {
        var check = _server.Server.Services.GetRequiredService<IProofCheck>();
        shared.Files["/moved.example/.well-known/berth-publisher.txt"] = "redirect";
        (await check.FindTroubleAsync("domain", "moved.example", "t"))!.ShouldContain("302");
        shared.Files["/long.example/.well-known/berth-publisher.txt"] = new string('x', 100_000) + "\nt";
        (await check.FindTroubleAsync("domain", "long.example", "t"))!.ShouldContain("does not have the line");
        (await check.FindTroubleAsync("domain", "none.example", "t"))!.ShouldContain("404");
        (await check.FindTroubleAsync("domain", "localhost", "t")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_proof_that_leads_into_a_private_network_is_not_looked_for()
    {
        await using var server = await TestServer.StartAsync(configure: builder =>
            builder.Services.AddSingleton(new ProofCheckOptions { FileOfDomain = _ => new Uri(_server.RegistryUrl + "/health/live") }));
        (await server.Server.Services.GetRequiredService<IProofCheck>().FindTroubleAsync("domain", "acme.example", "t"))!.ShouldContain("cannot be reached");
    }

    [Fact]
    public async Task Reserved_names_are_for_administrators()
    {
        using var registry = _server.Registry();
        (await registry.PostAsJsonAsync("/api/v1/reserved-names", new { slug = _name, reason = "It would look official." })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var ana = await _server.CreateUserAsync();
        using var annes = _server.Registry(ana.Token);
        using (var refused = await annes.PutAsync($"/api/v1/plugins/{_name}/1.0.0", new ByteArrayContent(TestPackages.FrontEnd(_name))))
            (await refused.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "slug.taken")).GetProperty("detail").GetString()!.ShouldContain("It would look official.");
        using (var hidden = await annes.GetAsync("/api/v1/reserved-names"))
            await hidden.ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.administrator");
        (await registry.DeleteAsync($"/api/v1/reserved-names/{_name}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var again = await registry.DeleteAsync($"/api/v1/reserved-names/{_name}");
        await again.ShouldBeProblemAsync(HttpStatusCode.NotFound, "slug.not_reserved");
    }

    [Fact]
    public async Task The_list_goes_page_by_page()
    {
        using var registry = _server.Registry();
        for (var i = 0; i < 3; i++)
            (await registry.PostAsJsonAsync("/api/v1/publishers", new { name = $"{_name}-{i}" })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var seen = new List<string>();
        for (var next = "/api/v1/publishers?limit=1"; next is not null;)
        {
            using var response = await registry.GetAsync(next);
            seen.AddRange((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("publishers").EnumerateArray().Select(one => one.GetProperty("name").GetString()!));
            next = response.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }

        seen.Where(name => name.StartsWith(_name, StringComparison.Ordinal)).ShouldBe([$"{_name}-0", $"{_name}-1", $"{_name}-2"]);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>A server that looks for proofs on a small web server of the tests.</summary>
    public sealed class Shared : ServerFixture, IAsyncLifetime
    {
        private readonly WebApplication _web = WebApplication.CreateSlimBuilder().Build();

        public System.Collections.Concurrent.ConcurrentDictionary<string, string> Files { get; } = new();

        async Task IAsyncLifetime.InitializeAsync()
        {
            _web.Urls.Add("http://127.0.0.1:0");
            _web.Run(context =>
            {
                if (!Files.TryGetValue(context.Request.Path, out var text))
                    context.Response.StatusCode = 404;
                else if (text == "redirect")
                    context.Response.Redirect("/elsewhere");
                else
                    return context.Response.WriteAsync(text);
                return Task.CompletedTask;
            });
            await _web.StartAsync();
            await InitializeAsync();
        }

        async Task IAsyncLifetime.DisposeAsync()
        {
            await DisposeAsync();
            await _web.DisposeAsync();
        }

        protected override void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton(new ProofCheckOptions
        {
            AllowsPrivateAddresses = true,
            FileOfDomain = domain => new Uri($"{_web.Urls.First()}/{domain}/{ProofSubjects.File}"),
        });
    }
}
