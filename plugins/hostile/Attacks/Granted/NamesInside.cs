namespace Hostile.Attacks.Granted;

public sealed class NamesInside : Attack
{
    public override string Title => "may reach every host, and asks for names that lead to loopback, link-local and private addresses, at once or from the second time on";

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        await WayOut.DemandAsync(context);
        // A new connection each time, so that the name is asked for again.
        var rebinding = Enumerable.Repeat("http://rebinds.example:8080/?close=1", 4);
        return await WayOut.TryAsync(context, ["http://inside.example:8080/", "http://metadata.example:8080/", "http://private.example:8080/", "http://mixed.example:8080/", .. rebinding]);
    }
}
