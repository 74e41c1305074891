using System.Net;
using System.Text.Json;

namespace Berth.Server.Tests;

/// <summary>Asserts on error answers.</summary>
public static class Problems
{
    /// <summary>The answer is a problem with this status and code, and tells nothing about the inside.</summary>
    public static async Task<JsonElement> ShouldBeProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, text);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("status").GetInt32().ShouldBe((int)status);
        problem.GetProperty("detail").GetString().ShouldNotBeNullOrWhiteSpace();
        text.ShouldNotContain("SELECT ", Case.Sensitive);
        text.ShouldNotContain("INSERT ", Case.Sensitive);
        text.ShouldNotContain("   at ", Case.Sensitive);
        text.ShouldNotContain(Path.GetTempPath(), Case.Sensitive);
        return problem;
    }
}
