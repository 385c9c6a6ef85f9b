package in.aarohan.real;

import ca.uhn.fhir.batch2.api.IJobMaintenanceService;
import ca.uhn.fhir.batch2.jobs.export.BulkDataExportProvider;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.partition.PartitionManagementProvider;
import ca.uhn.fhir.jpa.provider.IJpaSystemProvider;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.interceptor.partition.RequestTenantPartitionInterceptor;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.tenant.UrlBaseTenantIdentificationStrategy;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * Starts the server on a free loopback port and prints {@code listening on <port>}; the base is {@code /fhir}. With
 * {@code -Dpartitioning=true}, the base is {@code /fhir/<partition>}.
 */
public final class FhirServer {
  private FhirServer() {}

  public static void main(String[] arguments) throws Exception {
    ApplicationContext beans = new AnnotationConfigApplicationContext(FhirServerConfig.class);
    Server server = new Server(new InetSocketAddress("127.0.0.1", 0));
    ServletContextHandler handler = new ServletContextHandler();
    handler.addServlet(new ServletHolder(restServer(beans)), "/fhir/*");
    handler.addServlet(new ServletHolder(beans.getBean(WrittenAtServlet.class)), "/written-at");
    server.setHandler(handler);
    server.start();
    goOnWithJobs(beans.getBean(IJobMaintenanceService.class));
    System.out.println("listening on " + ((ServerConnector) server.getConnectors()[0]).getLocalPort());
  }

  /** HAPI looks after its jobs, such as a bulk export, once a minute; tests do not wait for that. */
  private static void goOnWithJobs(IJobMaintenanceService jobs) {
    Executors.newSingleThreadScheduledExecutor()
        .scheduleWithFixedDelay(jobs::runMaintenancePass, 1, 1, TimeUnit.SECONDS);
  }

  private static RestfulServer restServer(ApplicationContext beans) {
    IFhirSystemDao<?, ?> systemDao = beans.getBean(IFhirSystemDao.class);
    RestfulServer server = new RestfulServer(systemDao.getContext());
    server.registerProviders(beans.getBean(ResourceProviderFactory.class).createProviders());
    server.registerProviders(
        beans.getBean(IJpaSystemProvider.class), beans.getBean(BulkDataExportProvider.class));
    server.setServerConformanceProvider(
        new JpaCapabilityStatementProvider(
            server,
            systemDao,
            beans.getBean(JpaStorageSettings.class),
            beans.getBean(ISearchParamRegistry.class),
            beans.getBean(IValidationSupport.class)));
    server.setPagingProvider(pages(beans));
    server.setDefaultResponseEncoding(EncodingEnum.JSON);
    if (Boolean.getBoolean("partitioning")) partition(server, beans);
    return server;
  }

  private static DatabaseBackedPagingProvider pages(ApplicationContext beans) {
    DatabaseBackedPagingProvider pages = beans.getBean(DatabaseBackedPagingProvider.class);
    pages.setDefaultPageSize(20);
    pages.setMaximumPageSize(FhirServerConfig.MAXIMUM_PAGE_SIZE);
    return pages;
  }

  private static void partition(RestfulServer server, ApplicationContext beans) {
    server.setTenantIdentificationStrategy(new UrlBaseTenantIdentificationStrategy());
    RequestTenantPartitionInterceptor interceptor = new RequestTenantPartitionInterceptor();
    interceptor.setPartitionSettings(beans.getBean(PartitionSettings.class));
    server.registerInterceptor(interceptor);
    server.registerProvider(beans.getBean(PartitionManagementProvider.class));
  }
}
