namespace Berth.Server.Tests.Routes;

/// <summary>Collects what is wrong over many cases, so that one run tells all of it.</summary>
public sealed class Findings
{
    private const int Shown = 15;
    private readonly List<string> _found = [];
    private int _cases;

    public async Task CheckAsync(string what, Func<Task> check)
    {
        _cases++;
        try
        {
            await check();
        }
        catch (Exception exception)
        {
            _found.Add($"{what}: {Line(exception.Message)}");
        }
    }

    private static string Line(string text) => text.Length <= 300 ? text.ReplaceLineEndings(" ") : text[..300].ReplaceLineEndings(" ");

    public void ShouldBeNone(int atLeast)
    {
        _cases.ShouldBeGreaterThanOrEqualTo(atLeast, "too few cases were made to prove anything");
        if (_found.Count > 0)
            throw new ShouldAssertException($"{_found.Count} of {_cases} cases:\n{string.Join('\n', _found.Take(Shown))}");
    }
}
