using Berth.Packaging.Archive;
using Berth.Server.Configuration;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;

namespace Berth.Server.Tests.Apis;

/// <summary>Installing from a release: a local server plays the API.</summary>
public sealed class GitHubInstallTests(GitHubInstallTests.Shared shared) : IClassFixture<GitHubInstallTests.Shared>
{
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData("1.2.0")]
    [InlineData("v1.2.0")]
    [InlineData("latest")]
    [InlineData(null)]
    public async Task A_release_is_found_by_its_version_and_its_package_installed(string? version)
    {
        var ana = await _server.CreateUserAsync();

        using var response = await InstallAsync(ana, "good", version);

        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("plugin_slug").GetString().ShouldBe("FromGitHub");
        (await ana.Client.GetStringAsync(await ana.AddressOfAsync("FromGitHub", TestPackages.Script))).ShouldBe(TestPackages.ScriptText("FromGitHub", "1.2.0"));
    }

    [Fact]
    public async Task A_form_does_as_well_as_a_document()
    {
        var ana = await _server.CreateUserAsync();
        using var form = new MultipartFormDataContent
        {
            { new StringContent("github"), "method" }, { new StringContent("https://github.com/ada/good"), "repo_url" }, { new StringContent("1.2.0"), "version" },
        };
        (await ana.Client.PostAsync("/api/v1/plugins/install", form)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("good", "9.9.9", 404, "github.release_unknown")]
    [InlineData("nothing", "1.2.0", 404, "github.release_unknown")]
    [InlineData("empty", "1.2.0", 422, "github.asset_missing")]
    [InlineData("two", "1.2.0", 422, "github.asset_ambiguous")]
    [InlineData("good", "1.3.0", 422, "package.version_mismatch")]
    [InlineData("broken", "1.2.0", 503, "github.unavailable")]
    [InlineData("limited", "1.2.0", 503, "github.rate_limited")]
    [InlineData("garbage", "1.2.0", 502, "github.bad_answer")]
    [InlineData("away", "1.2.0", 502, "github.bad_answer")]
    [InlineData("local", "1.2.0", 502, "github.bad_answer")]
    [InlineData("circle", "1.2.0", 502, "github.bad_answer")]
    [InlineData("endless", "1.2.0", 413, "package.too_large")]
    [InlineData("large", "1.2.0", 413, "package.too_large")]
    [InlineData("good", "1 2", 400, "request.invalid")]
    public async Task Whatever_goes_wrong_has_a_code_and_leaves_nothing(string repository, string version, int status, string code)
    {
        var ana = await _server.CreateUserAsync();

        using var response = await InstallAsync(ana, repository, version);

        await response.ShouldBeProblemAsync((HttpStatusCode)status, code);
        if (status == 503)
            response.Headers.RetryAfter.ShouldNotBeNull();
        (await _server.CountAsync("private_reader WHERE user_id = @Id", new { ana.Id })).ShouldBe(0);
        Directory.EnumerateFiles(Path.Combine(_server.DataDirectory, "packages", ".staging")).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_download_that_breaks_off_leaves_nothing()
    {
        var ana = await _server.CreateUserAsync();

        using var response = await InstallAsync(ana, "cut", "1.2.0");

        // Whether the connection breaks before or after the first bytes were seen is the network's affair.
        (await response.ShouldBeProblemAsync()).GetProperty("code").GetString().ShouldBeOneOf("github.bad_answer", "github.unavailable");
        (await _server.CountAsync("private_reader WHERE user_id = @Id", new { ana.Id })).ShouldBe(0);
    }

    [Theory]
    [InlineData("https://example.com/ada/good")]
    [InlineData("http://github.com/ada/good")]
    [InlineData("https://github.com/ada")]
    [InlineData("https://github.com/ada/../good")]
    [InlineData("https://github.com@127.0.0.1/ada/good")]
    [InlineData("https://github.com/ada/good?x=1")]
    [InlineData("")]
    public async Task Only_the_address_of_a_repository_is_taken(string address)
    {
        var ana = await _server.CreateUserAsync();
        using var response = await ana.Client.PostAsJsonAsync("/api/v1/plugins/install", new { method = "github", repo_url = address, version = "1.2.0" });
        await response.ShouldBeProblemAsync(HttpStatusCode.BadRequest, "github.repository");
    }

    [Fact]
    public async Task A_network_that_is_away_is_said()
    {
        await using var server = await TestServer.StartAsync(settings => settings with { GitHubApi = new Uri("http://127.0.0.1:1/") });
        var ana = await server.CreateUserAsync();
        using var response = await InstallAsync(ana, "good", "1.2.0");
        await response.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "github.unavailable");
    }

    private static Task<HttpResponseMessage> InstallAsync(TestUser user, string repository, string? version) =>
        user.Client.PostAsJsonAsync("/api/v1/plugins/install", new { method = "github", repo_url = $"https://github.com/ada/{repository}", version });

    public sealed class Shared : ServerFixture, IAsyncLifetime
    {
        private const int MaxBytes = 256 * 1024;
        private readonly WebApplication _gitHub = Build();

        private string Address => _gitHub.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        async Task IAsyncLifetime.InitializeAsync()
        {
            _gitHub.Run(AnswerAsync);
            await _gitHub.StartAsync();
            await InitializeAsync();
        }

        async Task IAsyncLifetime.DisposeAsync()
        {
            await DisposeAsync();
            await _gitHub.DisposeAsync();
        }

        protected override BerthSettings Change(BerthSettings settings) => settings with { GitHubApi = new Uri(Address + "/") };

        protected override void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton(PackageLimits.Default with { MaxPackageBytes = MaxBytes });

        private static WebApplication Build()
        {
            var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            return builder.Build();
        }

        private async Task AnswerAsync(HttpContext context)
        {
            var path = context.Request.Path.Value!;
            context.Request.Headers.UserAgent.ToString().ShouldNotBeEmpty();
            if (path is "/repos/ada/good/releases/tags/v1.2.0" or "/repos/ada/good/releases/latest" or "/repos/ada/good/releases/tags/v1.3.0")
                await ReleaseAsync(context, Asset("moved"));
            else if (path is "/repos/ada/empty/releases/tags/1.2.0")
                await ReleaseAsync(context, new { name = "notes.zip", url = Address + "/assets/good", size = 1 });
            else if (path is "/repos/ada/two/releases/tags/1.2.0")
                await ReleaseAsync(context, Asset("good"), Asset("good"));
            else if (path.StartsWith("/repos/ada/broken/", StringComparison.Ordinal))
                context.Response.StatusCode = 500;
            else if (path.StartsWith("/repos/ada/limited/", StringComparison.Ordinal))
                context.Response.StatusCode = 403;
            else if (path.StartsWith("/repos/ada/garbage/", StringComparison.Ordinal))
                await context.Response.WriteAsync("{\"assets\":5");
            else if (path is "/repos/ada/away/releases/tags/v1.2.0")
                await ReleaseAsync(context, new { name = "a.berth", url = "http://example.com/a.berth", size = 1 });
            else if (path is "/repos/ada/large/releases/tags/v1.2.0")
                await ReleaseAsync(context, new { name = "a.berth", url = Address + "/assets/good", size = MaxBytes + 1 });
            else if (path.StartsWith("/repos/ada/", StringComparison.Ordinal) && path.EndsWith("/tags/v1.2.0", StringComparison.Ordinal) && path.Split('/')[3] is "local" or "circle" or "endless" or "cut")
                await ReleaseAsync(context, Asset(path.Split('/')[3]));
            else if (path.StartsWith("/assets/", StringComparison.Ordinal))
                await SendAsync(context, path["/assets/".Length..]);
            else
                context.Response.StatusCode = 404;
        }

        private static async Task SendAsync(HttpContext context, string asset)
        {
            context.Request.Headers.Accept.ToString().ShouldBe("application/octet-stream");
            switch (asset)
            {
                case "moved":
                    context.Response.Redirect("/assets/good");
                    break;
                case "local":
                    context.Response.Redirect("https://127.0.0.1/a.berth");
                    break;
                case "circle":
                    context.Response.Redirect("/assets/circle");
                    break;
                case "good":
                    await context.Response.Body.WriteAsync(TestPackages.FrontEnd("FromGitHub", "1.2.0"));
                    break;
                case "cut":
                    context.Response.ContentLength = 1000;
                    await context.Response.Body.WriteAsync(new byte[10]);
                    await context.Response.Body.FlushAsync();
                    context.Abort();
                    break;
                case "endless":
                    while (!context.RequestAborted.IsCancellationRequested)
                        await context.Response.Body.WriteAsync(new byte[16 * 1024], context.RequestAborted);
                    break;
            }
        }

        private object Asset(string name) => new { name = "notes-1.2.0.berth", url = $"{Address}/assets/{name}", size = 1 };

        private static Task ReleaseAsync(HttpContext context, params object[] assets) => context.Response.WriteAsJsonAsync(new { tag_name = "v1.2.0", assets });
    }
}
