using System.Security.Cryptography;

namespace Berth.Server.Tests.Apis;

/// <summary>Many at once, on an empty store.</summary>
public sealed class ConcurrentInstallTests(ConcurrentInstallTests.Shared shared) : IClassFixture<ConcurrentInstallTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData("Crowd", "1.0.0")]
    [InlineData("Echo", "1.0.0")]
    public async Task R17_Sixteen_users_install_one_plugin_at_once_on_an_empty_store(string slug, string version)
    {
        var users = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => _server.CreateUserAsync()));
        var answers = await Task.WhenAll(users.Select(user => user.Client.PostAsJsonAsync($"/api/v1/plugins/{slug}/install", new { version })));
        foreach (var answer in answers)
            answer.StatusCode.ShouldBe(HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());

        (await _server.CountAsync("plugin WHERE plugin_slug = @slug", new { slug })).ShouldBe(16);
        foreach (var user in users)
        {
            var status = await user.Client.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/status");
            status.GetProperty("data").GetProperty("status").GetString().ShouldBe("healthy");
        }

        if (slug == "Crowd")
        {
            for (var i = 0; i < Shared.Chunks; i++)
                (await users[i % 16].Client.GetStringAsync($"/api/v1/public/plugins/Crowd/dist/chunk{i}.js")).ShouldBe(Shared.Chunk(i));
        }
        else
        {
            foreach (var user in users)
                (await user.Client.GetStringAsync("/p/Echo/me")).ShouldBe(user.Id);
        }
    }

    [Theory]
    [InlineData("Single")]
    [InlineData("Echo")]
    public async Task R18_A_double_click_installs_once(string slug)
    {
        var ana = await _server.CreateUserAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => ana.Client.PostAsJsonAsync($"/api/v1/plugins/{slug}/install", new { })));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        foreach (var answer in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            (await answer.ShouldBeProblemAsync()).GetProperty("code").GetString().ShouldBeOneOf("plugin.already_installed", "operation.in_progress", "operation.conflict");
        }

        (await _server.CountAsync("plugin WHERE user_id = @Id", new { ana.Id })).ShouldBe(1);
        (await _server.CountAsync("operation WHERE user_id = @Id AND state = 'running'", new { ana.Id })).ShouldBe(0);
    }

    [Fact]
    public async Task Install_and_uninstall_at_once_leave_one_of_the_two_states()
    {
        var ana = await _server.CreateUserAsync();
        for (var round = 0; round < 5; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => i % 2 == 0
                ? ana.Client.PostAsJsonAsync("/api/v1/plugins/Single/install", new { })
                : ana.Client.DeleteAsync("/api/v1/plugins/Single")));
            foreach (var answer in answers)
                ((int)answer.StatusCode).ShouldBeOneOf([200, 201, 404, 409], await answer.Content.ReadAsStringAsync());
            var status = (await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/Single/status")).GetProperty("data").GetProperty("status").GetString();
            status.ShouldBeOneOf("healthy", "not_installed");
            var rows = await _server.CountAsync("plugin WHERE user_id = @Id AND plugin_slug = 'Single'", new { ana.Id });
            rows.ShouldBe(status == "healthy" ? 1 : 0);
            (await _server.CountAsync("module WHERE user_id = @Id AND name = 'Panel'", new { ana.Id })).ShouldBe(rows);
        }
    }

    public sealed class Shared : ServerFixture
    {
        public const int Chunks = 60;

        public static string Chunk(int i) => $"/* {i} {Convert.ToHexString(SHA256.HashData(BitConverter.GetBytes(i)))} */" + new string((char)('a' + (i % 26)), 5000);

        protected override async Task PrepareAsync() => await Server.PublishAsync(
            TestPackages.FrontEnd("Crowd", "1.0.0", null, [.. Enumerable.Range(0, Chunks).Select(i => ($"dist/chunk{i}.js", Chunk(i)))]),
            TestPackages.FrontEnd("Single"), Golden.Package("Echo"));
    }
}
