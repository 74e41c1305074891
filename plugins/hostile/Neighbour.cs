namespace Hostile;

/// <summary>No attack: the plugin beside it, which must not notice.</summary>
public sealed class Neighbour : Attack
{
    private static readonly string Boot = Guid.NewGuid().ToString("N");

    public override string Title => "is a neighbour";

    public override void Map(IEndpointRouteBuilder endpoints)
    {
        // Its own life, and a way to the host and back.
        endpoints.MapGet("/boot", async (IUserData data) =>
        {
            await data.SetJsonAsync("boot", $"\"{Boot}\"");
            return await data.GetJsonAsync("boot");
        });
        // What a worker knows of itself; nobody but the tests may ask.
        endpoints.MapGet("/secret", (HttpContext context) => Broker.Token(context.RequestServices));
        endpoints.MapGet("/wait", (HttpContext context) => Task.Delay(3000, context.RequestAborted));
        endpoints.MapGet("/keep", (string secret) =>
        {
            var path = Path.Combine(Path.GetTempPath(), "neighbour.txt");
            File.WriteAllText(path, secret);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            return path;
        });
    }
}
