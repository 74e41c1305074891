namespace Hostile.Attacks.Granted;

public sealed class RedirectsInside : Attack
{
    private static readonly string[] Inside =
    [
        "http://127.0.0.1:8080/", "http://localhost:8080/", "http://[::1]:8080/", "http://[::ffff:127.0.0.1]:8080/", "http://2130706433:8080/",
        "http://169.254.169.254:8080/latest/meta-data/", "http://10.1.1.1:8080/",
    ];

    public override string Title => "may reach every host, and has one redirect it to loopback, link-local and private addresses";

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        await WayOut.DemandAsync(context);
        return await WayOut.TryAsync(context, Inside.Select(to => $"{WayOut.Granted}?to={Uri.EscapeDataString(to)}"));
    }
}
