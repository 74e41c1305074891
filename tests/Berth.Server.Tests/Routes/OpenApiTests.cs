namespace Berth.Server.Tests.Routes;

public sealed class OpenApiTests(RoutesFixture fixture) : IClassFixture<RoutesFixture>
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_description_is_3_1_and_lists_every_route_with_its_parameters(bool isRegistry)
    {
        using var client = isRegistry ? fixture.Server.Registry(token: null) : fixture.Server.Host(token: null);
        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        document.GetProperty("openapi").GetString().ShouldStartWith("3.1");
        document.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString().ShouldBe("bearer");

        var findings = new Findings();
        foreach (var route in fixture.Routes.Where(route => route.IsRegistry == isRegistry && !IsItsOwn(route)))
        {
            await findings.CheckAsync(route.ToString(), () =>
            {
                var path = route.Template.Replace("{**", "{", StringComparison.Ordinal);
                document.GetProperty("paths").EnumerateObject().Select(one => one.Name.TrimEnd('/')).ShouldContain(path.TrimEnd('/'));
                var item = document.GetProperty("paths").EnumerateObject().First(one => one.Name.TrimEnd('/') == path.TrimEnd('/')).Value;
                item.TryGetProperty(route.Method.ToLowerInvariant(), out var operation).ShouldBeTrue();
                operation.GetProperty("summary").GetString().ShouldNotBeNullOrWhiteSpace();
                operation.TryGetProperty("security", out _).ShouldBe(!route.IsAnonymous);
                var listed = operation.TryGetProperty("parameters", out var parameters)
                    ? parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "path").Select(parameter => parameter.GetProperty("name").GetString()!).ToList()
                    : [];
                listed.ShouldBe(route.Parameters, ignoreOrder: true);
                return Task.CompletedTask;
            });
        }

        findings.ShouldBeNone(atLeast: 15);
    }

    // The description does not describe itself; health and metrics are protocols of their own.
    private static bool IsItsOwn(Route route) =>
        route.Template.StartsWith("/openapi/", StringComparison.Ordinal) || route.Template.StartsWith("/health/", StringComparison.Ordinal) || route.Template == "/metrics";
}
